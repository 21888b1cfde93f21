// One line below the plot: what it is made of, from its own header.
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import { createStatusLine } from "../status_line";
import { statusPhrases } from "./describe";
import type { Actions, Part } from "./scene";

export function createStatus(actions: Actions, words: Words): Part {
  const line = createStatusLine(actions.command, words);
  const changed = createChange();
  return {
    element: line.element,
    draw({ state }) {
      if (changed(state.scatter, state.traits.status, state.traits.color_by)) line.say(statusPhrases(state, words));
      line.draw(state, state.scatter?.header ?? null);
    },
  };
}
