// The plot: names, bars, the ends of the way; the editor of a value and what is read under the pointer on top.
import { element, setAttributes, shape } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { createBars } from "./bars";
import { describe } from "./describe";
import { createEditor } from "./editor";
import { createAxis, createMean, createPrediction } from "./ends";
import { createRows } from "./rows";
import type { Actions, Part } from "./scene";
import { createTip } from "./tip";

export function createPlot(actions: Actions, words: Words, measure: Measure): Part {
  const still = [createAxis(), createMean(words, measure), createPrediction(words, measure), createBars()];
  const rows = createRows(actions, words);
  const picture = shape("svg", { role: "group" }, rows.element, ...still.map((layer) => layer.element));
  const editor = createEditor(actions, words, rows.focus);
  const tip = createTip(words);
  const none = element("p", { class: "none" }, words("contribution.none"));
  const whole = element("div", { class: "plot" }, picture, editor.element, none, tip.element);
  const redrawn = createChange();
  return {
    element: whole,
    draw(scene) {
      const { drawing, style } = scene;
      whole.hidden = drawing === null;
      if (!drawing) return;
      const { geometry, bars, waterfall } = drawing;
      if (redrawn(waterfall, bars, geometry, style)) {
        whole.style.height = `${geometry.height}px`;
        setAttributes(picture, { width: geometry.width, height: geometry.height, "aria-label": describe(scene) });
        for (const layer of still) layer.draw(drawing, scene);
      }
      none.hidden = bars.bars.some(({ value, before }) => value !== 0 || (before?.value ?? 0) !== 0);
      for (const layer of [rows, editor, tip]) layer.draw(drawing, scene);
    },
  };
}
