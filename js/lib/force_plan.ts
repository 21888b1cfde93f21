// How ForcePlot's traits and frames become the state of its views.
import { type Force, toForce, toOrdering } from "./force_frame";
import { type ForceSettings, type ForceState, forceKernelTraits, forceTraitNames } from "./force_state";
import { createInbox } from "./inbox";
import type { Plan } from "./session";
import { follows } from "./shap_state";

export function createForcePlan(): Plan<ForceState, ForceSettings, Force> {
  return {
    traits: forceTraitNames,
    asking: forceKernelTraits,
    reports: ["output_names", "code", "opened", "pointed", "notice"],
    empty: { force: null, ordering: null },
    openInbox(acknowledge) {
      let shown: Force | null = null;
      return createInbox<ForceState, Force>({
        decode: toForce,
        accept(force) {
          if (shown && !follows(shown, force)) return null;
          shown = force;
          return { force };
        },
        acknowledge,
        more: { ordering: (frame) => ({ ordering: toOrdering(frame) }) },
      });
    },
  };
}
