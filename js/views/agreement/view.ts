// The whole view: controls above, the sentence and the plot, rank agreement and status below.
import type { Agreement } from "../../lib/agreement_frame";
import type { AgreementSettings, AgreementState } from "../../lib/agreement_state";
import { createMemo } from "../../lib/memo";
import type { Words } from "../../lib/words";
import { createPlotView } from "../plot_view";
import { createCaption } from "./caption";
import { createControls } from "./controls";
import { announcementOf, describe, headOf, sentenceOf, statusPhrases, titleOf } from "./describe";
import { layoutFor } from "./layout";
import { createPairs } from "./pairs";
import { createPlot } from "./plot";
import type { Drawing, Local } from "./scene";

export const createAgreementView = createPlotView<AgreementState, AgreementSettings, Local, Drawing>((measure) => {
  const drawings = createMemo(
    (agreement: Agreement, most: number, width: number, narrow: boolean, words: Words, _font: string): Drawing => {
      const shown = [...agreement.order.subarray(0, most)];
      const heads = agreement.header.methods.map((method) => headOf(method, narrow, words));
      return { agreement, shown, geometry: layoutFor(agreement, shown, heads, width, measure) };
    },
  );
  return {
    about: "agree.about",
    local: { at: null },
    shown: ({ agreement }) => agreement,
    madeBy: ({ traits }) => [traits.n_rows],
    draw: ({ agreement, traits }, { width, narrow, words, font }) =>
      agreement && drawings(agreement, traits.max_display, width, narrow, words, font),
    assemble: (actions, words) => ({
      controls: createControls(actions, words),
      parts: [createCaption(words), createPlot(actions, words, measure), createPairs(words)],
    }),
    phrases: ({ state, words }) => statusPhrases(state, words),
    describe,
    announce: announcementOf,
    figure(drawing, { words }) {
      const title = titleOf(drawing, words);
      return { title, status: sentenceOf(drawing.agreement, words), name: `agreement ${title}` };
    },
  };
});
