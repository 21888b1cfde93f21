// The row above the plot: which class and row, and how many features are shown.
import { numberField, select } from "../../lib/controls";
import { createChange } from "../../lib/memo";
import { isReachable } from "../../lib/state";
import type { Words } from "../../lib/words";
import { createMost } from "../most";
import type { Actions, Controls } from "./scene";

export function createControls(actions: Actions, words: Words): Controls {
  const { set, now } = actions;
  const row = numberField(words("agree.row"), now().traits.n_rows - 1, (index) => set({ index }));
  row.element.classList.add("row-number");
  const target = select(words("target.class"), [], (index) => set({ target: Number(index) }));
  target.element.classList.add("target");
  const most = createMost((max_display) => set({ max_display }), words);
  const changed = createChange();
  return {
    elements: [target.element, row.element, most.element],
    draw({ state: { traits, kernel, agreement } }) {
      const reachable = isReachable(kernel);
      if (changed(traits.class_names)) {
        target.offer(traits.class_names.map((text, index) => ({ value: String(index), text })));
      }
      row.element.hidden = traits.index === null;
      row.show(traits.index ?? 0);
      target.element.hidden = traits.class_names.length < 2;
      const named = agreement?.header.target_name ?? null;
      const shown = named === null ? traits.class_names.length - 1 : traits.class_names.indexOf(named);
      target.show(String(traits.target ?? shown));
      most.draw(traits.max_display, traits.feature_names.length);
      for (const one of [row, target]) one.enable(reachable);
    },
  };
}
