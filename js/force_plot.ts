// The entry of ForcePlot: joins the widget model, its session and its views.
import type { Force } from "./lib/force_frame";
import { createForcePlan } from "./lib/force_plan";
import type { ForceSettings, ForceState } from "./lib/force_state";
import { readSelection } from "./lib/ice_curves";
import { createWidget } from "./lib/widget";
import { createForceView } from "./views/force/view";

export default createWidget<ForceState, ForceSettings, Force>({
  name: "ForcePlot",
  kind: "force-plot",
  createPlan: createForcePlan,
  createView: createForceView,
  shown: ({ force }) => force,
  hooks({ force, ordering, traits }) {
    const drawn = { "data-selected": readSelection(traits.selection).length, "data-index": traits.index ?? "" };
    if (!force) return drawn;
    const { output } = force.header;
    return {
      ...drawn,
      "data-output": output,
      "data-order": ordering?.order === traits.order ? traits.order : "",
      "data-opened": traits.opened?.row ?? "",
    };
  },
});
