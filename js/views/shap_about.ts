// What a plot of Shapley values shows, its formula, and where it misleads; one click away.
import { element } from "../lib/dom";
import type { Key, Words } from "../lib/words";

export interface About {
  element: HTMLElement;
  draw(open: boolean): void;
}

/** `plot` is the prefix of the words: `force.about.definition`, `.formula`, `.symbols` and `.misleads`. */
export function createShapAbout(plot: string, words: Words): About {
  const say = (part: string) => words(`${plot}.about.${part}` as Key);
  const whole = element(
    "section",
    { class: "about", "aria-label": words("about"), hidden: true },
    column(words("about.definition"), element("p", {}, say("definition"))),
    column(
      words("about.formula"),
      element("p", { class: "formula" }, say("formula")),
      element("p", { class: "muted" }, say("symbols")),
    ),
    column(words("about.misleads"), element("p", {}, say("misleads"))),
  );
  return {
    element: whole,
    draw(open) {
      whole.hidden = !open;
    },
  };
}

const column = (title: string, ...content: Node[]) => element("div", {}, element("h3", {}, title), ...content);
