// How WaterfallPlot's traits and frames become the state of its views.
import { createInbox, inOrder } from "./inbox";
import type { Plan } from "./session";
import { toWaterfall, type Waterfall } from "./waterfall_frame";
import {
  type WaterfallSettings,
  type WaterfallState,
  waterfallKernelTraits,
  waterfallTraitNames,
} from "./waterfall_state";

export function createWaterfallPlan(): Plan<WaterfallState, WaterfallSettings, Waterfall> {
  return {
    traits: waterfallTraitNames,
    asking: waterfallKernelTraits,
    reports: ["output_names", "ranges"],
    empty: { waterfall: null },
    openInbox: (acknowledge) =>
      createInbox<WaterfallState, Waterfall>({
        decode: toWaterfall,
        accept: inOrder((waterfall) => ({ waterfall })),
        acknowledge,
      }),
  };
}
