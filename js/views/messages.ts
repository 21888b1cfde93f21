// Sentences between controls and pictures: what failed, and what the reader should know.
import { element } from "../lib/dom";
import { createChange } from "../lib/memo";
import type { Fault, SessionState, State } from "../lib/state";
import type { Key, Words } from "../lib/words";
import type { Part } from "./scene";

type Told = { state: Pick<SessionState, "traits" | "unreadable"> };

export function createError(words: Words): Part<Told> {
  const title = element("b");
  const list = element("dl");
  const whole = element("div", { class: "error", role: "alert", hidden: true }, title, list);
  const changed = createChange();
  return {
    element: whole,
    draw({ state }) {
      if (!changed(state.traits.error, state.unreadable)) return;
      const fault = faultOf(state, words);
      whole.hidden = fault === null;
      if (!fault) return;
      title.textContent = fault.title;
      list.replaceChildren(
        ...(["given", "expected", "do"] as const)
          .filter((name) => fault[name])
          .flatMap((name) => [element("dt", {}, words(`error.${name}`)), element("dd", {}, fault[name])]),
      );
    },
  };
}

function faultOf({ traits, unreadable }: Told["state"], words: Words): Fault | null {
  if (traits.error) return traits.error;
  if (unreadable === null) return null;
  return {
    title: words("error.unreadable"),
    given: unreadable,
    expected: words("error.unreadable.expected"),
    do: words("error.unreadable.do"),
  };
}

export function createNotice(words: Words): Part<Told> {
  const whole = element("p", { class: "notice" });
  const changed = createChange();
  return {
    element: whole,
    draw({ state }) {
      const { notice } = state.traits;
      if (!changed(notice)) return;
      whole.hidden = notice === "";
      const key = `notice.${notice}`;
      const text = words(key as Key);
      whole.textContent = text === key ? notice : text;
    },
  };
}

/** Why there is no bar: every value is zero. */
export function createNoSignal(words: Words): Part<{ state: State }> {
  const whole = element(
    "div",
    { class: "no-signal" },
    element("b", {}, words("state.no_signal")),
    element("p", {}, words("state.no_signal.why")),
  );
  return {
    element: whole,
    draw({ state: { map, range } }) {
      whole.hidden = map === null || range > 0;
    },
  };
}
