// How ForcePlot's traits and frames become the state of its views.
import { type Force, toForce, toOrdering } from "./force_frame";
import { type ForceSettings, type ForceState, forceKernelTraits, forceTraitNames } from "./force_state";
import { createInbox, inOrder } from "./inbox";
import type { Plan } from "./session";

export function createForcePlan(): Plan<ForceState, ForceSettings, Force> {
  return {
    traits: forceTraitNames,
    asking: forceKernelTraits,
    reports: ["output_names", "code", "opened", "pointed", "notice"],
    empty: { force: null, ordering: null },
    openInbox: (acknowledge) =>
      createInbox<ForceState, Force>({
        decode: toForce,
        accept: inOrder((force) => ({ force })),
        acknowledge,
        more: { ordering: (frame) => ({ ordering: toOrdering(frame) }) },
      }),
  };
}
