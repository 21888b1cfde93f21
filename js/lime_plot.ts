// The entry of LIMEPlot: joins the widget model, its session and its views.
import type { LocalWeights } from "./lib/lime_frame";
import { createLimePlan } from "./lib/lime_plan";
import type { LimeSettings, LimeState } from "./lib/lime_state";
import { createWidget } from "./lib/widget";
import { createLimeView } from "./views/lime/view";

export default createWidget<LimeState, LimeSettings, LocalWeights>({
  name: "LIMEPlot",
  kind: "lime-plot",
  createPlan: createLimePlan,
  createView: createLimeView,
  shown: ({ found }) => found,
  hooks({ found }): Record<string, string | number> {
    if (!found) return {};
    const { target } = found.header;
    return {
      "data-target": String(target),
    };
  },
});
