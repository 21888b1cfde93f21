// How WaterfallPlot's traits and frames become the state of its views.
import { createInbox } from "./inbox";
import type { Plan } from "./session";
import { follows } from "./shap_state";
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
    openInbox(acknowledge) {
      let shown: Waterfall | null = null;
      return createInbox<WaterfallState, Waterfall>({
        decode: toWaterfall,
        accept(waterfall) {
          if (shown && !follows(shown, waterfall)) return null;
          shown = waterfall;
          return { waterfall };
        },
        acknowledge,
      });
    },
  };
}
