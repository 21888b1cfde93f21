// What a plot shows, its formula, and where it misleads; one click away.
import { element, write } from "../lib/dom";
import type { Words } from "../lib/words";

export interface AboutText {
  element: HTMLElement;
  /** `by` says how the numbers were computed. */
  draw(open: boolean, by?: string): void;
}

export type AboutPart = "definition" | "formula" | "symbols" | "misleads";

export function createAboutText(say: (part: AboutPart) => string, words: Words): AboutText {
  const computed = element("p", { hidden: true });
  const whole = element(
    "section",
    { class: "about", "aria-label": words("about"), hidden: true },
    column(words("about.definition"), element("p", {}, say("definition"))),
    column(
      words("about.formula"),
      element("p", { class: "formula" }, say("formula")),
      element("p", { class: "muted" }, say("symbols")),
      computed,
    ),
    column(words("about.misleads"), element("p", {}, say("misleads"))),
  );
  return {
    element: whole,
    draw(open, by = "") {
      whole.hidden = !open;
      computed.hidden = by === "";
      write(computed, by);
    },
  };
}

const column = (title: string, ...content: Node[]) => element("div", {}, element("h3", {}, title), ...content);
