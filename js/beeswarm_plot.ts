// The entry of BeeswarmPlot: joins the widget model, its session and its views.
import type { BeeswarmHeader, Scatter } from "./lib/swarm_frame";
import { createDotsPlan } from "./lib/swarm_plan";
import { beeswarmKernelTraits, beeswarmTraitNames, type DotsSettings, type DotsState } from "./lib/swarm_state";
import { createWidget } from "./lib/widget";
import { answer } from "./views/swarm/answer";
import { beeswarm } from "./views/swarm/beeswarm";
import { hooksOf } from "./views/swarm/hooks";
import { createDotsView } from "./views/swarm/view";

export default createWidget<DotsState<BeeswarmHeader>, DotsSettings, Scatter<BeeswarmHeader>>({
  name: "BeeswarmPlot",
  kind: "dots-plot beeswarm-plot",
  createPlan: () =>
    createDotsPlan<BeeswarmHeader>({
      traits: beeswarmTraitNames,
      asking: beeswarmKernelTraits,
      lines: ({ bands }) => bands.length,
      answer,
    }),
  createView: createDotsView(beeswarm),
  shown: ({ scatter }) => scatter,
  hooks: (state) => ({
    ...hooksOf(state),
    "data-lines": JSON.stringify(state.scatter?.header.bands.map(({ name }) => name) ?? []),
  }),
});
