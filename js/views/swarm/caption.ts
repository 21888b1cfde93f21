// Above the plot: what is shown, and how many rows are selected.
import { button } from "../../lib/controls";
import { element, write } from "../../lib/dom";
import { integer } from "../../lib/format";
import { readSelection } from "../../lib/ice_curves";
import type { Words } from "../../lib/words";
import { isZero } from "./describe";
import type { Actions, Kind, Part } from "./scene";

export function createCaption(actions: Actions, words: Words, kind: Kind): Part {
  const title = element("span", { class: "title" });
  const zero = element("span", { class: "muted", hidden: true }, words("contribution.none"));
  const count = element("span");
  const clear = button("×", words("ice.selected.clear"), () => {
    const view = clear.closest<HTMLElement>(".xw");
    actions.brush([]);
    view?.querySelector<SVGElement>(".catcher")?.focus({ preventScroll: true });
  });
  const chip = element("span", { class: "chip push", hidden: true }, count, clear);
  const whole = element("div", { class: "caption" }, title, zero, chip);
  return {
    element: whole,
    draw(scene) {
      whole.hidden = scene.drawing === null;
      if (!scene.drawing) return;
      const { chosen } = scene.drawing;
      const selected = readSelection(scene.state.traits.selection).length;
      write(title, kind.title(scene));
      zero.hidden = !isZero(scene);
      chip.hidden = selected === 0;
      const some = chosen < selected && !scene.drawing.scatter.picture; // of a picture only the kernel can count
      const told = { done: integer(chosen), count: integer(selected) };
      write(count, words(some ? "swarm.selected.some" : "ice.selected", told));
    },
  };
}
