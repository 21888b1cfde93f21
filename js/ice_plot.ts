// The entry of ICEPlot: joins the widget model, its session and its views.
import { type Curves, readSelection } from "./lib/ice_curves";
import { lookOf } from "./lib/ice_kinds";
import { createIcePlan } from "./lib/ice_plan";
import type { IceSettings, IceState } from "./lib/ice_state";
import { createWidget } from "./lib/widget";
import { answer } from "./views/ice/answer";
import { createIceView } from "./views/ice/view";

export default createWidget<IceState, IceSettings, Curves>({
  name: "ICEPlot",
  kind: "ice-plot",
  createPlan: () => createIcePlan(answer),
  createView: createIceView,
  shown: ({ curves }) => curves,
  hooks({ curves, traits }) {
    const selected = { "data-selected": readSelection(traits.selection).length };
    if (!curves) return selected;
    const { feature } = curves.header;
    return {
      ...selected,
      "data-feature": feature,
      "data-kind": lookOf(curves, traits).kind,
    };
  },
});
