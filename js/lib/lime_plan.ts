// How LIMEPlot's traits and frames become the state of its views.
import { createInbox, inOrder } from "./inbox";
import { type LocalWeights, toLocalWeights } from "./lime_frame";
import { type LimeSettings, type LimeState, limeKernelTraits, limeTraitNames } from "./lime_state";
import type { Plan } from "./session";

export function createLimePlan(): Plan<LimeState, LimeSettings, LocalWeights> {
  return {
    traits: limeTraitNames,
    asking: limeKernelTraits,
    reports: ["column_names"],
    empty: { found: null },
    openInbox: (acknowledge) =>
      createInbox<LimeState, LocalWeights>({
        decode: toLocalWeights,
        accept: inOrder((found) => ({ found })),
        acknowledge,
      }),
  };
}
