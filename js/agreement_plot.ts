// The entry of AgreementPlot: joins the widget model, its session and its views.
import type { Agreement } from "./lib/agreement_frame";
import { createAgreementPlan } from "./lib/agreement_plan";
import type { AgreementSettings, AgreementState } from "./lib/agreement_state";
import { createWidget } from "./lib/widget";
import { createAgreementView } from "./views/agreement/view";

export default createWidget<AgreementState, AgreementSettings, Agreement>({
  name: "AgreementPlot",
  kind: "agreement-plot",
  createPlan: createAgreementPlan,
  createView: createAgreementView,
  shown: ({ agreement }) => agreement,
  hooks({ agreement, traits }) {
    const chosen = { "data-feature": traits.feature ?? "" };
    if (!agreement) return chosen;
    const { methods, index } = agreement.header;
    return {
      ...chosen,
      "data-methods": methods.map(({ name }) => name).join(" "),
      "data-index": index ?? "",
    };
  },
});
