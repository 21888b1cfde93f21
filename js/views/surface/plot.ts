// The plot: the map on a canvas; lines, numbers and the cursor on top.
import { element, setAttributes, shape } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { createAxes, createTiles } from "./axes";
import { createBarMark, createColourBar } from "./colour_bar";
import { createContours } from "./contours";
import { createCursor } from "./cursor";
import { describe } from "./describe";
import { createMapCanvas } from "./map_canvas";
import type { Actions, Part } from "./scene";
import { createBundles, createSections } from "./sections";
import { createTip } from "./tip";

export function createPlot(actions: Actions, words: Words, measure: Measure): Part {
  const map = createMapCanvas();
  const still = [
    createAxes(measure),
    createBundles(),
    createContours(measure),
    createTiles(words, measure),
    createColourBar(words),
  ];
  const sections = createSections(words, measure);
  const cursor = createCursor(actions, words);
  const mark = createBarMark();
  const layers = [...still, sections, mark, cursor];
  const over = shape("svg", {}, ...layers.map((layer) => layer.element));
  const picture = element("div", { role: "img" }, map.element);
  const tip = createTip(words);
  const whole = element("div", { class: "plot" }, picture, over, tip.element);
  const [redrawn, moved] = [createChange(), createChange()];

  return {
    element: whole,
    draw(scene) {
      const { drawing, surroundings, style, state } = scene;
      whole.hidden = drawing === null;
      if (!drawing) return;
      const { surface, geometry, ramp } = drawing;
      const { width, height } = geometry;
      const ground = [surface, ramp, width, surroundings, style, devicePixelRatio, state.traits.contours];
      if (redrawn(...ground)) {
        whole.style.height = `${height}px`;
        setAttributes(over, { width, height });
        map.draw(drawing, scene);
        for (const layer of still) layer.draw(drawing, scene);
      }
      if (moved(...ground, ...drawing.cursor)) {
        sections.draw(drawing, scene);
        setAttributes(picture, { "aria-label": describe(scene) });
      }
      for (const layer of [cursor, mark, tip]) layer.draw(drawing, scene);
    },
  };
}
