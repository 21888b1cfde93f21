// The entry of WaterfallPlot: joins the widget model, its session and its views.
import type { Waterfall } from "./lib/waterfall_frame";
import { createWaterfallPlan } from "./lib/waterfall_plan";
import type { WaterfallSettings, WaterfallState } from "./lib/waterfall_state";
import { createWidget } from "./lib/widget";
import { createWaterfallView } from "./views/waterfall/view";

export default createWidget<WaterfallState, WaterfallSettings, Waterfall>({
  name: "WaterfallPlot",
  kind: "waterfall-plot",
  createPlan: createWaterfallPlan,
  createView: createWaterfallView,
  shown: ({ waterfall }) => waterfall,
  hooks({ waterfall, traits }) {
    const asked = { "data-what-if": JSON.stringify(traits.what_if) };
    if (!waterfall) return asked;
    const { index, output } = waterfall.header;
    return {
      ...asked,
      "data-index": index,
      "data-output": output,
    };
  },
});
