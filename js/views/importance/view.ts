// The whole view: controls above, the plot, status below.
import { barsOf } from "../../lib/importance_bars";
import type { Importance } from "../../lib/importance_frame";
import type { ImportanceSettings, ImportanceState } from "../../lib/importance_state";
import { createMemo } from "../../lib/memo";
import { explainerOf } from "../../lib/shap_words";
import type { Words } from "../../lib/words";
import { createPlotView } from "../plot_view";
import { createCaption } from "./caption";
import { createControls } from "./controls";
import { describe, labelsOf, nameOf, statusPhrases, titleOf } from "./describe";
import { layoutFor } from "./layout";
import { createPlot } from "./plot";
import type { Drawing, Local } from "./scene";

export const createImportanceView = createPlotView<ImportanceState, ImportanceSettings, Local, Drawing>((measure) => {
  const drawings = createMemo(
    (importance: Importance, most: number, width: number, words: Words, _font: string): Drawing => {
      const bars = barsOf(importance, most).map((bar) => ({ ...bar, name: nameOf(bar, words) }));
      const labels = labelsOf(importance, words);
      return { importance, bars, geometry: layoutFor(bars, labels, width, measure) };
    },
  );
  return {
    about: "importance.about",
    by: ({ state: { importance }, words }) => explainerOf(importance?.header, words),
    local: { at: null },
    shown: ({ importance }) => importance,
    draw: ({ importance, traits }, { width, words, font }) =>
      importance && drawings(importance, traits.max_display, width, words, font),
    assemble: (actions, words) => ({
      controls: createControls(actions, words),
      parts: [createCaption(actions, words), createPlot(actions, words, measure)],
    }),
    phrases: ({ state, words }) => statusPhrases(state, words),
    describe,
    figure(drawing, { words }) {
      const title = titleOf(drawing, words);
      return { title, name: `importance ${title}` };
    },
  };
});
