// What the picture is of, and which colours mean what; at the right how many rows are selected.
import { button } from "../../lib/controls";
import { element, write } from "../../lib/dom";
import { writeSelection } from "../../lib/ice_curves";
import type { Words } from "../../lib/words";
import { titleOf, toldChosen } from "./describe";
import type { Actions, Part } from "./scene";

export function createCaption(actions: Actions, words: Words): Part {
  const title = element("b");
  const raise = element("span", { class: "raise" }, words("force.raises"));
  const lower = element("span", { class: "lower" }, words("force.lowers"));
  const link = element("span", { class: "muted" }, words("force.link.told"));
  const chosen = element("span", { class: "chosen" });
  const clear = button("×", words("force.clear"), () => actions.set({ selection: writeSelection(new Uint32Array()) }));
  const selected = element("span", { class: "selection push", hidden: true }, chosen, clear);
  const told = element("span", {}, title, "\u2002", raise, " · ", lower, "\u2002", link);
  const whole = element("div", { class: "caption" }, told, selected);
  return {
    element: whole,
    draw({ drawing, state }) {
      whole.hidden = drawing === null;
      if (!drawing) return;
      write(title, titleOf(drawing, words));
      link.hidden = state.traits.link !== "logit";
      selected.hidden = !drawing.stack?.chosen.count;
      if (!selected.hidden) write(chosen, toldChosen(drawing, words));
    },
  };
}
