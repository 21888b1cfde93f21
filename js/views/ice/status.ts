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
      const { status, kind } = state.traits;
      if (
        changed(
          state.curves,
          status,
          kind,
          drawing?.picture.look.kind,
          drawing?.picture.error,
          drawing?.picture.shown,
          drawing?.geometry.yTicks.step,
        )
      ) {
        line.say(statusPhrases(state, drawing, words));
      }
      line.draw(state, state.curves?.header ?? null);
    },
  };
}
