// The stack of many rows: painted on a canvas; names, lines and numbers over it.
import { element, setAttributes, shape } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { createBands } from "./bands";
import { describe } from "./describe";
import { createHand } from "./hand";
import { createAxes, createPointer, createSelected } from "./marks";
import type { Actions, Part } from "./scene";
import { createStackCanvas } from "./stack_canvas";
import { createTip } from "./tip";

export interface Plot extends Part {
  zoom(further: boolean): void;
  focus(): void;
}

export function createPlot(actions: Actions, words: Words, measure: Measure): Plot {
  const canvas = createStackCanvas();
  const [axes, selected, bands, pointer] = [
    createAxes(words),
    createSelected(),
    createBands(actions, measure),
    createPointer(),
  ];
  const hand = createHand(actions, words("force.keys"));
  const ground = [selected.element, axes.element];
  const over = shape("svg", {}, ...ground, pointer.element, hand.element, bands.element);
  const picture = element("div", { role: "img" }, canvas.element);
  const tip = createTip(words);
  const whole = element("div", { class: "plot" }, picture, over, tip.element);
  const [painted, marked] = [createChange(), createChange()];
  return {
    zoom: hand.zoom,
    focus: () => hand.element.focus({ preventScroll: true }),
    element: whole,
    draw(scene) {
      const { drawing, surroundings, style, local, state } = scene;
      whole.hidden = !drawing?.stack;
      if (!drawing?.stack) return;
      const { columns, geometry, chosen } = drawing.stack;
      const ground = [columns, geometry, surroundings, style, local.band, devicePixelRatio];
      if (painted(...ground)) {
        whole.style.height = `${geometry.height}px`;
        setAttributes(over, { width: geometry.width, height: geometry.height });
        canvas.draw(drawing, scene);
        axes.draw(drawing, scene);
        bands.draw(drawing, scene);
        setAttributes(picture, { "aria-label": describe(scene) });
      }
      if (marked(...ground, chosen, local.brush, state.traits.link)) selected.draw(drawing, scene);
      pointer.draw(drawing, scene);
      hand.draw(drawing);
      tip.draw(drawing, scene);
    },
  };
}
