// How AgreementPlot's traits and frames become the state of its views.
import { type Agreement, toAgreement } from "./agreement_frame";
import {
  type AgreementSettings,
  type AgreementState,
  agreementKernelTraits,
  agreementTraitNames,
} from "./agreement_state";
import { createInbox } from "./inbox";
import type { Plan } from "./session";
import { follows } from "./shap_state";

export function createAgreementPlan(): Plan<AgreementState, AgreementSettings, Agreement> {
  return {
    traits: agreementTraitNames,
    asking: agreementKernelTraits,
    reports: [],
    empty: { agreement: null },
    openInbox(acknowledge) {
      let shown: Agreement | null = null;
      return createInbox<AgreementState, Agreement>({
        decode: toAgreement,
        accept(agreement) {
          if (shown && !follows(shown, agreement)) return null;
          shown = agreement;
          return { agreement };
        },
        acknowledge,
      });
    },
  };
}
