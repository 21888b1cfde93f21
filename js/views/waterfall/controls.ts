// The row above the plot: which row, of which output, and how many bars.
import { button, enable, field, icon, numberField, select } from "../../lib/controls";
import { classed, element, setAttributes } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import { createOutputControl } from "../../lib/shap_output";
import { isReachable } from "../../lib/state";
import type { Words } from "../../lib/words";
import type { Actions, Controls } from "./scene";

const COUNTS = [5, 10, 15, 20, 30, 50];
const MOST_BARS = 1000;
const BACK = "M10 3 5 8l5 5";
const FORTH = "M6 3l5 5-5 5";
const LARGEST = 2 ** 31;

export function createControls(actions: Actions, words: Words): Controls {
  let last = 0;
  const go = (index: number) => {
    if (index < 0 || index > last) return;
    const { what_if } = actions.now().traits;
    actions.set(Object.keys(what_if).length ? { index, what_if: {} } : { index });
  };
  const here = () => indexOf(actions);
  const row = numberField(words("waterfall.row"), LARGEST, (index) => {
    if (index <= last) go(index);
    else row.show(here());
  });
  const input = row.element.querySelector("input")!;
  const back = button(icon(BACK), words("waterfall.previous"), () => go(here() - 1));
  const forth = button(icon(FORTH), words("waterfall.next"), () => go(here() + 1));
  const of = element("output", { class: "muted" });
  const chooser = element("span", { class: "chooser" }, back, input, forth);
  const output = createOutputControl(actions.set, words);
  const most = select(words("waterfall.bars"), [], (value) => actions.set({ max_display: Number(value) }));
  const recounted = createChange();
  return {
    elements: [
      classed(field(words("waterfall.row"), of, chooser), "row-number"),
      output.element,
      classed(most.element, "most"),
    ],
    draw({ state: { traits, kernel, waterfall } }) {
      const reachable = isReachable(kernel);
      const index = here();
      last = Math.max(1, traits.n_rows) - 1;
      setAttributes(input, { max: last });
      of.value = waterfall ? words("waterfall.last", { last }) : "";
      row.show(index);
      row.enable(reachable && last > 0);
      enable(back, reachable && index > 0);
      enable(forth, reachable && index < last);
      output.draw(traits, waterfall?.header ?? null, reachable);
      const { max_display } = traits;
      const features = waterfall?.header.features.length ?? 0;
      if (recounted(features, max_display)) most.offer(countsOf(features, max_display, words));
      most.element.hidden = features <= COUNTS[0]!;
      most.show(String(Math.min(max_display, features, MOST_BARS)));
    },
  };
}

/** Round numbers of bars below that of all, the one that is set, and all, as far as they can be shown. */
function countsOf(features: number, current: number, words: Words) {
  const most = Math.min(features, MOST_BARS);
  const counts = [...COUNTS, current].filter((count) => count < most);
  const listed = [...new Set(counts)].sort((one, other) => one - other);
  return [
    ...listed.map((count) => ({ value: String(count), text: String(count) })),
    { value: String(most), text: most < features ? String(most) : words("waterfall.bars.all", { count: features }) },
  ];
}

function indexOf(actions: Actions): number {
  const { traits, waterfall } = actions.now();
  return traits.index ?? waterfall?.header.index ?? 0;
}
