// The whole view: controls above, the plot, status below.
import { createMemo } from "../../lib/memo";
import { explainerOf } from "../../lib/shap_words";
import { barsOf } from "../../lib/waterfall_bars";
import type { Waterfall } from "../../lib/waterfall_frame";
import type { WaterfallSettings, WaterfallState } from "../../lib/waterfall_state";
import type { Words } from "../../lib/words";
import { createPlotView } from "../plot_view";
import { changing } from "./actions";
import { createCaption } from "./caption";
import { createControls } from "./controls";
import { announcementOf, describe, printValue, statusPhrases, titleOf } from "./describe";
import type { Say } from "./labels";
import { layoutFor } from "./layout";
import { createPlot } from "./plot";
import type { Drawing, Local } from "./scene";

export const createWaterfallView = createPlotView<WaterfallState, WaterfallSettings, Local, Drawing>((measure) => {
  const arranged = createMemo(barsOf);
  const geometries = createMemo(
    (waterfall: Waterfall, bars: Drawing["bars"], open: number, width: number, words: Words, _font: string) =>
      layoutFor(waterfall, bars, open, width, sayIn(words), measure),
  );
  return {
    about: "waterfall.about",
    by: ({ state: { waterfall }, words }) => explainerOf(waterfall?.header, words),
    local: { at: null, open: null },
    shown: ({ waterfall }) => waterfall,
    draw({ waterfall, traits }, { local, width, words, font }) {
      if (!waterfall) return null;
      const bars = arranged(waterfall, traits.max_display);
      const open = bars.bars.findIndex(
        ({ kind, feature }) => kind === "feature" && waterfall.header.features[feature] === local.open,
      );
      return { waterfall, bars, geometry: geometries(waterfall, bars, open, width, words, font) };
    },
    assemble(common, words) {
      const actions = { ...common, ...changing(common) };
      return {
        controls: createControls(actions, words),
        parts: [createCaption(actions, words), createPlot(actions, words, measure)],
      };
    },
    phrases: statusPhrases,
    describe,
    announce: announcementOf,
    figure: (drawing, { words }) => ({
      title: titleOf(drawing, words),
      name: `waterfall row ${drawing.waterfall.header.index}`,
    }),
  };
});

const sayIn = (words: Words): Say => ({
  joined: (count) => (count ? words("waterfall.others", { count }) : words("waterfall.gap")),
  value: (value) => printValue(value, words),
});
