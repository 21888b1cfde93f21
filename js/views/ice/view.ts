// The whole view: controls above, the filters, the plot and what is found in it, status below.
import { createChild } from "../../lib/child";
import type { IceSettings, IceState } from "../../lib/ice_state";
import { legendOf } from "../../lib/legend";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { createPlotView } from "../plot_view";
import { choosing } from "./actions";
import { createCaption, titleOf } from "./chips";
import { createControls } from "./controls";
import { announceOwn, describe, statusPhrases } from "./describe";
import { createFilterPanel } from "./filter_panel";
import { createFindings } from "./findings";
import { labelRoom } from "./labels";
import { type Geometry, layoutFor } from "./layout";
import { createPairSurface } from "./pair_surface";
import { panelOf } from "./panel";
import { createPictures } from "./picture";
import { createPlot } from "./plot";
import { createRuleLine } from "./rule";
import type { Drawing, Local, Picture } from "./scene";

export const createIceView = createPlotView<IceState, IceSettings, Local, Drawing>(
  (measure, root, { ask, host, signal }) => {
    const pictures = createPictures();
    const pair = createPairSurface(createChild(host, signal));
    return {
      about: "ice.about",
      local: { at: null, filtering: false, panel: null },
      shown: ({ curves }) => curves,
      draw(state, { local, words, width, narrow }) {
        const picture = pictures(state, panelOf(state, local) === "subgroups");
        return picture && { picture, geometry: geometryOf(picture, words, width, narrow, measure) };
      },
      assemble(common, words) {
        const actions = { ...common, ...choosing(common, ask) };
        const controls = createControls(actions, words);
        return {
          controls,
          parts: [
            createFilterPanel(actions, words, controls.filter),
            createCaption(actions, words),
            createRuleLine(actions, words),
            createPlot(actions, words, root, measure),
            createFindings(actions, words),
          ],
          below: [pair],
        };
      },
      phrases: statusPhrases,
      describe,
      announceOwn,
      figure: (drawing, scene) => ({
        title: titleOf(drawing, scene),
        name: `ice ${drawing.picture.curves.header.feature}`,
      }),
    };
  },
);

function geometryOf(picture: Picture, words: Words, width: number, narrow: boolean, measure: Measure): Geometry {
  const { look, curves, x, y, category } = picture;
  return layoutFor({
    width,
    narrow,
    x,
    y,
    category,
    signed: look.centered || look.kind === "derivative" || look.kind === "ale",
    labels: labelRoom(picture, words, narrow, (text) => measure(text, "600 12px")),
    name: measure(curves.header.feature),
    legend: (room) => legendOf(curves.header.colors, words, room, measure).height,
    measure,
  });
}
