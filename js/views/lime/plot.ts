// The plot: bars on a grid, areas for pointer and keys, what is under them.
import { element, setAttributes, shape } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { createAxes } from "./axes";
import { createAreas, createBars } from "./bars";
import type { Actions, Part } from "./scene";
import { createTip } from "./tip";

export function createPlot(actions: Actions, words: Words, measure: Measure): Part {
  const layers = [createAxes(words, measure), createBars(words, measure), createAreas(actions, words)];
  const over = shape("svg", {}, ...layers.map((layer) => layer.element));
  const tip = createTip(words);
  const whole = element("div", { class: "plot" }, over, tip.element);
  const redrawn = createChange();
  return {
    element: whole,
    draw(scene) {
      const { drawing, surroundings, style } = scene;
      whole.hidden = drawing === null;
      if (!drawing) return;
      const { width, height } = drawing.geometry;
      if (redrawn(drawing.found, width, surroundings, style)) {
        whole.style.height = `${height}px`;
        setAttributes(over, { width, height });
        for (const layer of layers) layer.draw(drawing, scene);
      }
      tip.draw(drawing, scene);
    },
  };
}
