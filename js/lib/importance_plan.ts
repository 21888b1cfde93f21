// How ImportancePlot's traits and frames become the state of its views.
import { type Importance, toImportance } from "./importance_frame";
import { type ImportanceSettings, type ImportanceState, importanceTraitNames } from "./importance_state";
import { createInbox } from "./inbox";
import type { Plan } from "./session";
import { follows, shapKernelTraits } from "./shap_state";

export function createImportancePlan(): Plan<ImportanceState, ImportanceSettings, Importance> {
  return {
    traits: importanceTraitNames,
    asking: shapKernelTraits,
    reports: ["output_names"],
    empty: { importance: null },
    openInbox(acknowledge) {
      let shown: Importance | null = null;
      return createInbox<ImportanceState, Importance>({
        decode: toImportance,
        accept(importance) {
          if (shown && !follows(shown, importance)) return null;
          shown = importance;
          return { importance };
        },
        acknowledge,
      });
    },
  };
}
