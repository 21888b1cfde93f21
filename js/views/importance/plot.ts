// The plot: bars, their names and numbers, and the rows that a hand finds.
import { element, setAttributes, shape } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { createBars } from "./bars";
import { describe, isNothing } from "./describe";
import { createRows } from "./rows";
import type { Actions, Part } from "./scene";
import { createTip } from "./tip";

export function createPlot(actions: Actions, words: Words, measure: Measure): Part {
  const bars = createBars(measure);
  const rows = createRows(actions, words);
  const picture = shape("svg", { role: "img" }, bars.element);
  const over = shape("svg", {}, rows.element);
  const tip = createTip(words);
  const nothing = element("p", { class: "nothing" }, words("contribution.none"));
  const whole = element("div", { class: "plot" }, picture, over, tip.element);
  const redrawn = createChange();
  return {
    element: element("div", {}, nothing, whole),
    draw(scene) {
      const { drawing, style, state } = scene;
      const empty = drawing !== null && isNothing(drawing.importance);
      whole.hidden = drawing === null || empty;
      nothing.hidden = !empty;
      if (!drawing || empty) return;
      const { width, height } = drawing.geometry;
      if (redrawn(drawing.geometry, drawing.bars, style, state.traits.feature)) {
        whole.style.height = `${height}px`;
        for (const part of [picture, over]) setAttributes(part, { width, height });
        setAttributes(picture, { "aria-label": describe(scene) });
        bars.draw(drawing, scene);
      }
      rows.draw(drawing, scene);
      tip.draw(drawing, scene);
    },
  };
}
