// The entry of DependencePlot: joins the widget model, its session and its views.
import type { DependenceHeader, Scatter } from "./lib/swarm_frame";
import { createDotsPlan } from "./lib/swarm_plan";
import { type DotsSettings, type DotsState, dependenceKernelTraits, dependenceTraitNames } from "./lib/swarm_state";
import { createWidget } from "./lib/widget";
import { answer } from "./views/swarm/answer";
import { dependence } from "./views/swarm/dependence";
import { hooksOf } from "./views/swarm/hooks";
import { createDotsView } from "./views/swarm/view";

export default createWidget<DotsState<DependenceHeader>, DotsSettings, Scatter<DependenceHeader>>({
  name: "DependencePlot",
  kind: "dots-plot dependence-plot",
  createPlan: () =>
    createDotsPlan<DependenceHeader>({
      traits: dependenceTraitNames,
      asking: dependenceKernelTraits,
      lines: () => 1,
      answer,
    }),
  createView: createDotsView(dependence),
  shown: ({ scatter }) => scatter,
  hooks: (state) => ({
    ...hooksOf(state),
    "data-feature": state.scatter?.header.feature ?? "",
    "data-color": state.scatter?.header.color_by ?? "",
  }),
});
