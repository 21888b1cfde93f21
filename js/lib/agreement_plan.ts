// How AgreementPlot's traits and frames become the state of its views.
import { type Agreement, toAgreement } from "./agreement_frame";
import {
  type AgreementSettings,
  type AgreementState,
  agreementKernelTraits,
  agreementTraitNames,
} from "./agreement_state";
import { createInbox, inOrder } from "./inbox";
import type { Plan } from "./session";

export function createAgreementPlan(): Plan<AgreementState, AgreementSettings, Agreement> {
  return {
    traits: agreementTraitNames,
    asking: agreementKernelTraits,
    reports: [],
    empty: { agreement: null },
    openInbox: (acknowledge) =>
      createInbox<AgreementState, Agreement>({
        decode: toAgreement,
        accept: inOrder((agreement) => ({ agreement })),
        acknowledge,
      }),
  };
}
