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
    draw({ state, drawing }) {
      if (changed(state.waterfall, drawing?.bars, state.traits.status)) line.say(statusPhrases(state, drawing, words));
      line.draw(state, state.waterfall?.header ?? null);
    },
  };
}
