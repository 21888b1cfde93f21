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
    draw(scene) {
      const { state, drawing } = scene;
      const { status, max_display } = state.traits;
      if (changed(state.force, status, max_display, drawing?.stack?.columns, drawing?.stack?.order)) {
        line.say(statusPhrases(scene));
      }
      line.draw(state, state.force?.header ?? null);
    },
  };
}
