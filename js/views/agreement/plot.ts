// The plot: axis, lines, numbers, and the rows that a hand finds.
import { element, setAttributes, shape } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { createAxes } from "./axes";
import { describe } from "./describe";
import { createLines } from "./lines";
import { createRows } from "./rows";
import type { Actions, Part } from "./scene";
import { createTip } from "./tip";

export function createPlot(actions: Actions, words: Words, measure: Measure): Part {
  const layers = [createAxes(measure), createLines(measure)];
  const rows = createRows(actions, words);
  const picture = shape("svg", { role: "img" }, ...layers.map((layer) => layer.element));
  const over = shape("svg", {}, rows.element);
  const tip = createTip(words);
  const whole = element("div", { class: "plot" }, picture, over, tip.element);
  const redrawn = createChange();
  return {
    element: whole,
    draw(scene) {
      const { drawing, style, state } = scene;
      whole.hidden = drawing === null;
      if (!drawing) return;
      const { width, height } = drawing.geometry;
      if (redrawn(drawing, style, state.traits.feature)) {
        whole.style.height = `${height}px`;
        for (const part of [picture, over]) setAttributes(part, { width, height });
        setAttributes(picture, { "aria-label": describe(scene) });
        for (const layer of layers) layer.draw(drawing, scene);
      }
      rows.draw(drawing, scene);
      tip.draw(drawing, scene);
    },
  };
}
