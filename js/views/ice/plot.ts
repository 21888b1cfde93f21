// The plot: gridlines, curves on two canvases (all, and the selected ones over them), and lines, boxes and words on top.
import type { Theme } from "../../lib/colour";
import { element, setAttributes, shape } from "../../lib/dom";
import type { Curves } from "../../lib/ice_curves";
import { hasCurves } from "../../lib/ice_kinds";
import type { Kind } from "../../lib/ice_state";
import { createChange } from "../../lib/memo";
import { inksOf, type RowInks } from "../../lib/row_colours";
import type { Words } from "../../lib/words";
import { createAnchor } from "./anchor";
import { createAxes } from "./axes";
import { createBoxes } from "./boxes";
import { createCurvesCanvas } from "./curves_canvas";
import { describe } from "./describe";
import { createHand } from "./hand";
import { createHistogram } from "./histogram";
import { createLabels } from "./labels";
import { createLegend } from "./legend";
import { createHoverLine, createLines } from "./lines";
import type { Actions, Drawing, Part, Scene } from "./scene";
import { createTip } from "./tip";

export function createPlot(actions: Actions, words: Words, root: HTMLElement, measure: (text: string) => number): Part {
  const filteredOut = createCurvesCanvas({
    line: "--xw-dim",
    dot: "--xw-dim",
    strength: 0.3,
    least: 0.025,
    dots: { radius: 1, opacity: 0.55, most: 0 },
    image: () => null,
  });
  filteredOut.element.classList.add("filtered-out");
  const all = createCurvesCanvas({
    line: "--xw-all",
    dot: "--xw-all",
    strength: 0.3,
    least: 0.025,
    dots: { radius: 1, opacity: 0.55, most: 1500 },
    image: ({ density }) => density,
  });
  const chosen = createCurvesCanvas({
    line: "--xw-sel",
    dot: "--xw-sel-text",
    strength: 0.36,
    least: 0.05,
    dots: { radius: 1.8, opacity: 0.9, most: 600 },
    image: ({ chosenDensity }) => chosenDensity,
  });
  const axes = createAxes(measure);
  const still = [createHistogram(words, measure), createLines(), createLabels(words), createLegend(words, measure)];
  const live = [
    createHand(actions, words),
    createHoverLine(words),
    createBoxes(actions, words),
    createAnchor(actions, words),
  ];
  const tip = createTip(words);
  const over = shape("svg", { class: "over" }, ...[...still, ...live].map((layer) => layer.element));
  const picture = element("div", { class: "canvases", role: "img" }, filteredOut.element, all.element, chosen.element);
  const whole = element("div", { class: "plot" }, axes.element, picture, over, tip.element);
  const [resized, regridded, recurved, rechosen, redrawn] = Array.from({ length: 5 }, createChange);

  return {
    element: whole,
    draw(scene) {
      const { drawing } = scene;
      whole.hidden = drawing === null;
      if (!drawing) return;
      const { geometry } = drawing;
      const { width, height } = geometry;
      const { curves, look, highlighted, subgroups } = drawing.picture;
      const { kind } = look;
      const ground = groundOf(drawing, scene);
      if (resized!(width, height)) {
        whole.style.height = `${height}px`;
        for (const svg of [axes.element, over]) setAttributes(svg, { width, height });
      }
      if (regridded!(...ground)) axes.draw(drawing, scene);
      const { shown } = drawing.picture;
      if (recurved!(...ground, kind, shown)) {
        const gain = scene.surroundings.theme === "dark" ? 1.4 : 1;
        const style = getComputedStyle(root);
        filteredOut.draw(
          drawing,
          marksFor(kind, () => shown.map((mark) => 1 - mark)),
          style,
        );
        all.draw(
          drawing,
          marksFor(kind, () => shown),
          style,
          gain,
          coloursOf(curves, scene.surroundings.theme),
        );
      }
      const faded = curves.colors !== null && drawing.picture.chosen > 0;
      all.element.classList.toggle("faded", faded);
      if (rechosen!(...ground, kind, drawing.picture.marks, drawing.picture.chosenDensity)) {
        chosen.draw(
          drawing,
          marksFor(kind, () => drawing.picture.marks),
          getComputedStyle(root),
        );
        setAttributes(picture, { "aria-label": describe(scene) });
      }
      const { marks, chosenMean, bands } = drawing.picture;
      if (redrawn!(...ground, kind, shown, marks, chosenMean, bands, highlighted, subgroups)) {
        for (const layer of still) layer.draw(drawing, scene);
      }
      for (const layer of live) layer.draw(drawing, scene);
      tip.draw(drawing, scene);
    },
  };
}

/** What all that is drawn depends on. */
function groundOf({ picture, geometry }: Drawing, { surroundings, style }: Scene): unknown[] {
  const { width, left, right, bottom } = geometry;
  const ends = [...picture.x, ...picture.y];
  const { bundle, curves, density } = picture;
  return [bundle, curves, density, ...ends, width, left, right, bottom, surroundings, style, devicePixelRatio];
}

const none = new Uint8Array();

const marksFor = (kind: Kind, marks: () => Uint8Array) => (hasCurves(kind) ? marks() : none);

/** The colour of each curve; null where they have none. */
const coloursOf = ({ header, colors }: Curves, theme: Theme): RowInks | null =>
  header.colors && colors && { codes: colors, inks: inksOf(header.colors, theme), named: !header.colors.numeric };
