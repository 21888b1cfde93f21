// The whole view: controls above, the plot, status below.
import { createRamps, type Theme } from "../../lib/colour";
import { createMemo } from "../../lib/memo";
import type { Surface } from "../../lib/surface_frame";
import { placeOf } from "../../lib/surface_reading";
import type { SurfaceSettings, SurfaceState } from "../../lib/surface_state";
import type { Surroundings } from "../../lib/theme";
import { createPlotView } from "../plot_view";
import { createCaption } from "./caption";
import { createControls } from "./controls";
import { describe, statusPhrases, titleOf } from "./describe";
import { layoutFor } from "./layout";
import { createPlot } from "./plot";
import type { Drawing, Local } from "./scene";

const PALEST = 24; // the colour of the lowest value, which is not the page's

export const createSurfaceView = createPlotView<SurfaceState, SurfaceSettings, Local, Drawing>((measure) => {
  const geometries = createMemo((surface: Surface, width: number, _font: string) => layoutFor(surface, width, measure));
  const ramps = createMemo((colormap: string, theme: Theme, page: Surroundings["page"]) =>
    createRamps(colormap, theme, page).magnitude.slice(PALEST),
  );
  return {
    about: "surface.about",
    local: { at: null },
    shown: ({ surface }) => surface,
    draw: ({ surface, traits }, { width, font, surroundings: { theme, page } }) =>
      surface && {
        surface,
        cursor: placeOf(surface, traits.cursor),
        geometry: geometries(surface, width, font),
        ramp: ramps(traits.colormap, theme, page),
      },
    assemble: (actions, words) => ({
      controls: createControls(actions, words),
      parts: [createCaption(words), createPlot(actions, words, measure)],
    }),
    phrases: ({ state, words }) => statusPhrases(state, words),
    describe,
    figure: (drawing) => ({
      title: titleOf(drawing),
      name: `pdp ${drawing.surface.header.features.join(" ")}`,
    }),
  };
});
