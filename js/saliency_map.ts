// The entry of SaliencyMap: joins the widget model, its session and its views.
import type { AttributionMap } from "./lib/attribution";
import { createSaliencyPlan } from "./lib/saliency_plan";
import type { Settings, State } from "./lib/state";
import { createWidget } from "./lib/widget";
import { createSaliencyView } from "./views/saliency";

export default createWidget<State, Settings, AttributionMap>({
  name: "SaliencyMap",
  kind: "saliency-map",
  createPlan: createSaliencyPlan,
  createView: createSaliencyView,
  shown: ({ map }) => map,
  hooks({ map }) {
    if (!map) return {};
    const { noise_level, method, target } = map.header;
    return {
      "data-noise-level": noise_level ?? "",
      "data-method": method,
      "data-target": target ?? "",
    };
  },
});
