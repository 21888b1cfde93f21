// The plot: what lies behind the dots, the dots on canvases, and what hands take above them.
import { element, setAttributes, shape } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { createAllDots, createChosenDots } from "./canvas";
import { describe } from "./describe";
import { createHand } from "./hand";
import type { Actions, Kind, Part } from "./scene";
import { createShapes } from "./shapes";
import { createHovered, createTip } from "./tip";

export function createPlot(actions: Actions, words: Words, root: HTMLElement, measure: Measure, kind: Kind): Part {
  const ground = kind.ground(words, measure);
  const all = createAllDots(kind.name === "dependence");
  const chosen = createChosenDots();
  const aside = kind.chosen?.();
  const live = [createHand(actions, words, kind), createHovered(), createShapes(actions, words, kind)];
  const over = shape("svg", { class: "over" }, aside?.element ?? null, ...live.map((layer) => layer.element));
  const picture = element("div", { class: "canvases", role: "img" }, all.element, chosen.element);
  const tip = createTip(words, kind);
  const whole = element("div", { class: "plot" }, ground.element, picture, over, tip.element);
  const [redrawn, rechosen, told] = [createChange(), createChange(), createChange()];
  let onTheWay = false;

  return {
    element: whole,
    draw(scene) {
      const { drawing, state, surroundings, style } = scene;
      whole.hidden = drawing === null;
      if (!drawing) return;
      const { geometry, dots, marks, inks } = drawing;
      const still = [dots, inks, geometry, surroundings, style, devicePixelRatio];
      const shares = state.chosen?.serial === drawing.scatter.header.serial ? state.chosen.shares : null;
      if (redrawn(...still)) {
        whole.style.height = `${geometry.height}px`;
        for (const svg of [ground.element, over]) {
          setAttributes(svg, { width: geometry.width, height: geometry.height });
        }
        ground.draw(drawing, scene);
        all.draw(drawing, { style: getComputedStyle(root) });
      }
      if (rechosen(...still, marks, shares)) {
        chosen.draw(drawing, { style: getComputedStyle(root), shares });
        aside?.draw(drawing, scene);
      }
      all.element.classList.toggle("faded", drawing.chosen > 0);
      if (told(dots, drawing.chosen, words)) setAttributes(picture, { "aria-label": describe(scene, kind) });
      for (const layer of live) layer.draw(drawing, scene);
      tip.draw(drawing, scene);
      const { header } = drawing.scatter;
      if (onTheWay && header.finished && state.traits.brush.length) actions.brush(state.traits.brush);
      onTheWay = !header.finished;
    },
  };
}
