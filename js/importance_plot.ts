// The entry of ImportancePlot: joins the widget model, its session and its views.
import type { Importance } from "./lib/importance_frame";
import { createImportancePlan } from "./lib/importance_plan";
import type { ImportanceSettings, ImportanceState } from "./lib/importance_state";
import { createWidget } from "./lib/widget";
import { createImportanceView } from "./views/importance/view";

export default createWidget<ImportanceState, ImportanceSettings, Importance>({
  name: "ImportancePlot",
  kind: "importance-plot",
  createPlan: createImportancePlan,
  createView: createImportanceView,
  shown: ({ importance }) => importance,
  hooks({ importance, traits }) {
    const chosen = { "data-feature": traits.feature ?? "" };
    if (!importance) return chosen;
    const { n_selected } = importance.header;
    return {
      ...chosen,
      "data-selected": n_selected,
    };
  },
});
