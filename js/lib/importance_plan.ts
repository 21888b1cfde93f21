// How ImportancePlot's traits and frames become the state of its views.
import { type Importance, toImportance } from "./importance_frame";
import { type ImportanceSettings, type ImportanceState, importanceTraitNames } from "./importance_state";
import { createInbox, inOrder } from "./inbox";
import type { Plan } from "./session";
import { shapKernelTraits } from "./shap_state";

export function createImportancePlan(): Plan<ImportanceState, ImportanceSettings, Importance> {
  return {
    traits: importanceTraitNames,
    asking: shapKernelTraits,
    reports: ["output_names"],
    empty: { importance: null },
    openInbox: (acknowledge) =>
      createInbox<ImportanceState, Importance>({
        decode: toImportance,
        accept: inOrder((importance) => ({ importance })),
        acknowledge,
      }),
  };
}
