// The line below a view: words, progress as a hairline that fills, a button to stop or go on, and how the kernel is.
import { button } from "../lib/controls";
import { element, focusable, focusedIn, setAttributes, write } from "../lib/dom";
import type { SessionState, Status } from "../lib/state";
import type { Words } from "../lib/words";
import type { Phrase } from "./sentence";

interface Progress {
  finished: boolean;
  done: number;
  total: number;
}

export interface StatusLine {
  element: HTMLElement;
  say(phrases: Phrase[]): void;
  draw(state: Pick<SessionState, "traits" | "kernel">, progress: Progress | null): void;
}

/** `aside` stands behind the words. */
export function createStatusLine(
  command: (kind: "cancel" | "compute") => void,
  words: Words,
  aside?: HTMLElement,
): StatusLine {
  const text = element("span");
  const kernel = element("p", { class: "kernel" });
  let asked: "cancel" | "compute" = "cancel";
  const act = button("", "", () => command(asked));
  act.classList.remove("icon");
  act.classList.add("push");
  const line = element(
    "div",
    { class: "status", tabindex: -1, role: "group", "aria-label": words("status"), ...focusable },
    text,
    aside ?? null,
    act,
  );
  return {
    element: element("div", {}, line, kernel),
    say(phrases) {
      text.replaceChildren(...emphasised(phrases));
    },
    draw(state, progress) {
      const { status } = state.traits;
      const share = status === "running" && progress && !progress.finished ? progress.done / progress.total : 0;
      line.style.setProperty("--p", share ? `${100 * share}%` : "0");
      kernel.hidden = state.kernel === "live";
      write(kernel, state.kernel === "live" ? "" : words(`kernel.${state.kernel}`));
      const label = offered(status, progress !== null);
      const hidden = label === null || state.kernel === "offline";
      if (hidden && focusedIn(act)) line.focus({ preventScroll: true }); // not back to the top of the page
      act.hidden = hidden;
      act.disabled = state.kernel === "gone";
      if (!label) return;
      asked = label === "stop" ? "cancel" : "compute";
      write(act, words(label));
      setAttributes(act, { "aria-label": words(label) });
    },
  };
}

/** The same without emphasis. */
export const toText = (phrases: Phrase[]): string => phrases.map(({ text }) => text).join(", ");

function offered(status: Status, begun: boolean) {
  if (status === "running") return "stop";
  if (status === "failed") return "compute_again";
  if (status === "cancelled") return begun ? "go_on" : "compute";
  return null; // done, or waiting for its turn
}

function emphasised(phrases: Phrase[]): (Node | string)[] {
  return phrases.flatMap(({ text, strong }, index) => [index ? ", " : "", strong ? element("em", {}, text) : text]);
}
