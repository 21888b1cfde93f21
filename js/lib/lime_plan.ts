// How LIMEPlot's traits and frames become the state of its views.
import { createInbox } from "./inbox";
import { type LocalWeights, toLocalWeights } from "./lime_frame";
import { type LimeSettings, type LimeState, limeKernelTraits, limeTraitNames } from "./lime_state";
import type { Plan } from "./session";
import { follows } from "./shap_state";

export function createLimePlan(): Plan<LimeState, LimeSettings, LocalWeights> {
  return {
    traits: limeTraitNames,
    asking: limeKernelTraits,
    reports: ["feature_names"],
    empty: { found: null },
    openInbox(acknowledge) {
      let shown: LocalWeights | null = null;
      return createInbox<LimeState, LocalWeights>({
        decode: toLocalWeights,
        accept(found) {
          if (shown && !follows(shown, found)) return null;
          shown = found;
          return { found };
        },
        acknowledge,
      });
    },
  };
}
