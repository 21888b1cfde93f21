// The whole view: controls above, the plot, status below.
import type { LocalWeights } from "../../lib/lime_frame";
import type { LimeSettings, LimeState } from "../../lib/lime_state";
import { createMemo } from "../../lib/memo";
import { createPlotView } from "../plot_view";
import { toText } from "../status_line";
import { createCaption } from "./caption";
import { createControls } from "./controls";
import { describe, fitOf, statusPhrases, titleOf } from "./describe";
import { layoutFor } from "./layout";
import { createPlot } from "./plot";
import type { Drawing, Local } from "./scene";

export const createLimeView = createPlotView<LimeState, LimeSettings, Local, Drawing>((measure) => {
  const geometries = createMemo((found: LocalWeights, width: number, _font: string) =>
    layoutFor(found, width, measure),
  );
  return {
    about: "lime.about",
    local: { at: null },
    shown: ({ found }) => found,
    draw: ({ found }, { width, font }) => found && { found, geometry: geometries(found, width, font) },
    assemble: (actions, words) => ({
      controls: createControls(actions, words),
      parts: [createCaption(words), createPlot(actions, words, measure)],
    }),
    phrases: ({ state, words }) => statusPhrases(state, words),
    describe,
    figure: ({ found: { header } }, { state, words }) => ({
      title: titleOf(header, words),
      status: toText([{ text: fitOf(header, words) }, ...statusPhrases(state, words)]),
      name: `lime ${header.label}`,
    }),
  };
});
