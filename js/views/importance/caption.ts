// Above the plot: what the bars measure, and how many rows are selected.
import { button } from "../../lib/controls";
import { element, write } from "../../lib/dom";
import { integer } from "../../lib/format";
import type { Words } from "../../lib/words";
import { titleOf } from "./describe";
import type { Actions, Part } from "./scene";

export function createCaption(actions: Actions, words: Words): Part {
  const title = element("span", { class: "title" });
  const count = element("span");
  const clear = button("×", words("importance.clear"), () => {
    const next = clear.closest(".importance-plot")?.querySelector<SVGElement>(".rows [tabindex='0']");
    actions.set({ selection: new DataView(new ArrayBuffer(0)) });
    next?.focus({ preventScroll: true });
  });
  const chip = element("span", { class: "chip" }, count, clear);
  const whole = element("div", { class: "caption" }, title, chip);
  return {
    element: whole,
    draw({ drawing, state }) {
      whole.hidden = drawing === null;
      if (!drawing) return;
      const { n_selected } = drawing.importance.header;
      write(title, titleOf(drawing, words));
      chip.hidden = n_selected === 0;
      clear.disabled = state.kernel === "offline" || state.kernel === "gone";
      write(count, words("importance.chosen", { count: integer(n_selected) }));
    },
  };
}
