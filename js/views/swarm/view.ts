// The whole view: controls above, the plot, status below.
import type { Rgb } from "../../lib/colour";
import { createChange, createMemo } from "../../lib/memo";
import { explainerOf } from "../../lib/shap_words";
import type { DotsHeader, Scatter } from "../../lib/swarm_frame";
import type { DotsSettings, DotsState } from "../../lib/swarm_state";
import type { Surroundings } from "../../lib/theme";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { createPlotView, type PlotView } from "../plot_view";
import { selecting } from "./actions";
import { createCaption } from "./caption";
import { createControls } from "./controls";
import { announceOwn, describe, statusPhrases } from "./describe";
import { dotsOf, marksOf } from "./dots";
import { createPlot } from "./plot";
import type { Dots, Drawing, Geometry, Kind, Local } from "./scene";

/** A view of one kind of plot; inside, its parts need not know which. */
export function createDotsView<Header extends DotsHeader, Place extends Geometry>(of: Kind<Header, Place>) {
  const kind = of as unknown as Kind;
  const view = createPlotView<DotsState, DotsSettings, Local, Drawing>((measure, root) => {
    const draw = createDrawing(kind, measure);
    const replaced = createChange();
    return {
      about: `${kind.prefix}about`,
      by: ({ state: { scatter }, words }) => explainerOf(scatter?.header, words),
      local: { dot: null, tool: "box" },
      keep: (local, { scatter }, width) => (replaced(scatter, width) ? { ...local, dot: null } : local),
      shown: ({ scatter }) => scatter,
      draw: (state, { width, surroundings, words, font }) => draw(state, width, surroundings, words, font),
      assemble(common, words) {
        const actions = { ...common, ...selecting(common) };
        return {
          controls: createControls(actions, words, kind),
          parts: [createCaption(actions, words, kind), createPlot(actions, words, root, measure, kind)],
        };
      },
      phrases: ({ state, words }) => statusPhrases(state, words),
      describe: (scene) => describe(scene, kind),
      announceOwn,
      figure: ({ scatter }, scene) => ({
        title: kind.title(scene),
        name: `${kind.name} ${scatter.header.features[0]}`,
      }),
    };
  });
  return view as unknown as PlotView<DotsState<Header>, DotsSettings>;
}

/** What is drawn, each part made anew only where it differs. */
function createDrawing(kind: Kind, measure: Measure) {
  const geometries = createMemo((scatter: Scatter, width: number, words: Words, _font: string) =>
    kind.layout(scatter, width, words, measure),
  );
  const placed = createMemo((scatter: Scatter, geometry: Geometry) => dotsOf(scatter, geometry, kind));
  const inked = createMemo((scatter: Scatter, surroundings: Surroundings): Rgb[] => kind.inks(scatter, surroundings));
  const marked = createMemo((dots: Dots, lines: number, selection: unknown) => marksOf(dots, lines, selection));
  return (
    { scatter, chosen, traits }: DotsState,
    width: number,
    surroundings: Surroundings,
    words: Words,
    font: string,
  ): Drawing | null => {
    if (!scatter) return null;
    const geometry = geometries(scatter, width, words, font);
    const dots = placed(scatter, geometry);
    const inks = inked(scatter, surroundings);
    const ground = { scatter, geometry, dots, inks };
    if (scatter.picture) {
      return { ...ground, marks: null, chosen: chosen?.serial === scatter.header.serial ? chosen.count : 0 };
    }
    return { ...ground, ...marked(dots, scatter.lines, traits.selection) };
  };
}
