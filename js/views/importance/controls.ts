// The row above the plot: which output, and how many features stand by themselves.
import { createOutputControl } from "../../lib/shap_output";
import { isReachable } from "../../lib/state";
import type { Words } from "../../lib/words";
import { createMost } from "../most";
import type { Actions, Controls } from "./scene";

export function createControls(actions: Actions, words: Words): Controls {
  const output = createOutputControl(actions.set, words);
  const most = createMost((max_display) => actions.set({ max_display }), words);
  return {
    elements: [output.element, most.element],
    draw({ state: { traits, kernel, importance } }) {
      const { max_display, feature_names } = traits;
      output.draw(traits, importance?.header ?? null, isReachable(kernel));
      most.draw(max_display, feature_names.length);
    },
  };
}
