// The row above the plot: of which output, which row, and how many features.
import { button, enable, field, icon, numberField } from "../../lib/controls";
import { classed, element, setAttributes } from "../../lib/dom";
import { createOutputControl } from "../../lib/shap_output";
import { isReachable } from "../../lib/state";
import type { Words } from "../../lib/words";
import { createMost } from "../most";
import type { Actions, Controls } from "./scene";

const BACK = "M10 3 5 8l5 5";
const FORTH = "M6 3l5 5-5 5";

export function createControls(actions: Actions, words: Words): Controls {
  let last = 0;
  const go = (index: number) => {
    if (index < 0 || index > last) return;
    const { what_if } = actions.now().traits;
    actions.set(Object.keys(what_if).length ? { index, what_if: {} } : { index });
  };
  const here = () => indexOf(actions);
  const row = numberField(words("waterfall.row"), 0, go);
  const input = row.element.querySelector("input")!;
  const back = button(icon(BACK), words("waterfall.previous"), () => go(here() - 1));
  const forth = button(icon(FORTH), words("waterfall.next"), () => go(here() + 1));
  const of = element("output", { class: "muted" });
  const chooser = element("span", { class: "chooser" }, back, input, forth);
  const output = createOutputControl(actions.set, words);
  const most = createMost((max_display) => actions.set({ max_display }), words);
  const rows = classed(field(words("waterfall.row"), of, chooser), "row-number");
  return {
    elements: [output.element, rows, most.element],
    draw({ state: { traits, kernel, waterfall } }) {
      const reachable = isReachable(kernel);
      const index = here();
      last = Math.max(1, traits.n_rows) - 1;
      setAttributes(input, { max: last });
      of.value = waterfall ? words("waterfall.last", { last }) : "";
      row.show(index);
      rows.hidden = last === 0;
      row.enable(reachable && last > 0);
      enable(back, reachable && index > 0);
      enable(forth, reachable && index < last);
      output.draw(traits, waterfall?.header ?? null, reachable);
      most.draw(traits.max_display, waterfall?.header.features.length ?? 0);
    },
  };
}

function indexOf(actions: Actions): number {
  const { traits, waterfall } = actions.now();
  return traits.index ?? waterfall?.header.index ?? 0;
}
