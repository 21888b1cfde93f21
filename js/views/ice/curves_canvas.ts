// Curves on a canvas over the plot, thin and pale enough to see how many lie on each other; dots at each row's own value.
import { layOver } from "../../lib/canvas";
import { parseHex, toCss } from "../../lib/colour";
import { element } from "../../lib/dom";
import { type Bundle, placeIn, readAt } from "../../lib/ice_curves";
import type { DensityImage } from "../../lib/ice_density";
import { createMemo } from "../../lib/memo";
import type { RowInks } from "../../lib/row_colours";
import type { Scale } from "../../lib/scale";
import { countOf } from "./brushing";
import { paintColoured } from "./coloured_density";
import { createDensity, type Density, type Places } from "./density";
import { paintImage } from "./density_image";
import type { Geometry } from "./layout";
import type { Drawing, Picture } from "./scene";

interface Look {
  line: string;
  dot: string;
  /** Opacity of one curve among hundred. */
  strength: number;
  least: number;
  dots: { radius: number; opacity: number; most: number };
  /** What the kernel has drawn in place of the curves. */
  image(picture: Picture): DensityImage | null;
}

const EDGE = 4; // around the plot, for what lies on its edge
const FULL = 12; // a pixel is full with this part of the curves
const COLOURED = { strength: 0.6, least: 0.15 }; // of their own: a colour must be told on a single line
const NAMED = { strength: 1.5, least: 0.4 }; // one that lies on another hides it: their blend would mean nothing
const MANY = 1500; // more curves than these are counted per pixel instead of stroked

export interface CurvesCanvas {
  element: HTMLCanvasElement;
  /** Draw the marked curves, or all of them in colours of their own. */
  draw(drawing: Drawing, marks: Uint8Array, style: CSSStyleDeclaration, gain?: number, colours?: RowInks | null): void;
}

export function createCurvesCanvas(look: Look): CurvesCanvas {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const densityOf = createMemo(countedOn);
  return {
    element: canvas,
    draw({ picture, geometry }, marks, style, gain = 1, colours = null) {
      const image = marks.length && !colours ? look.image(picture) : null; // of the sample there are colours
      const number = image?.header.count ?? countOf(marks);
      const many = !image && number > MANY;
      const context = layOver(canvas, geometry, EDGE, many ? 1 : devicePixelRatio || 1);
      if (!context || !number) return;
      const colour = style.getPropertyValue(look.line).trim();
      const { strength, least } = !colours ? look : colours.named ? NAMED : COLOURED;
      const opacity = Math.min(0.9, Math.max(least, (gain * strength * 10) / Math.sqrt(number)));
      if (image) {
        const { x } = picture.bundle;
        const ends: [number, number] = [x[0]!, x[x.length - 1]!];
        paintImage(context, image, ends, geometry, parseHex(colour));
      } else if (many && colours) {
        const image = context.createImageData(canvas.width, canvas.height);
        const places = placesOn(picture.bundle, geometry);
        paintColoured(image, picture.bundle, marks, places, colours, parseHex(colour), Math.ceil(number / FULL));
        context.putImageData(image, 0, 0);
      } else if (many) {
        const { left, right, top, bottom, x, y } = geometry;
        const density = densityOf(picture.bundle, left, right, top, bottom, x.low, x.high, y.low, y.high);
        const image = context.createImageData(canvas.width, canvas.height);
        density.show(marks);
        density.paint(image, { colour: parseHex(colour), full: Math.ceil(number / FULL) });
        context.putImageData(image, 0, 0);
      } else {
        context.globalAlpha = opacity;
        strokeEach(context, picture.bundle, marks, geometry, colours);
        if (!colours) tint(context, colour);
      }
      if (image || number > look.dots.most) return;
      context.fillStyle = style.getPropertyValue(look.dot);
      context.globalAlpha = look.dots.opacity;
      dotEach(context, picture, marks, geometry, look.dots.radius, colours);
    },
  };
}

/** A counter for an image of the plot with its edges. */
function countedOn(
  bundle: Bundle,
  left: number,
  right: number,
  top: number,
  bottom: number,
  ...ends: number[]
): Density {
  const [xLow, xHigh, yLow, yHigh] = ends as [number, number, number, number];
  const x = { low: xLow, high: xHigh };
  return createDensity(bundle, placesOn(bundle, { left, right, top, bottom, x, y: { low: yLow, high: yHigh } }));
}

type Ends = Pick<Geometry, "left" | "right" | "top" | "bottom"> & Record<"x" | "y", Pick<Scale, "low" | "high">>;

/** Where values lie on an image of the plot with its edges. */
function placesOn(bundle: Bundle, { left, right, top, bottom, x, y }: Ends): Places {
  const up = (top - bottom) / (y.high - y.low);
  return {
    width: right - left + 2 * EDGE,
    height: bottom - top + 2 * EDGE,
    columns: bundle.x.map((value) => EDGE + ((value - x.low) * (right - left)) / (x.high - x.low)),
    zero: EDGE + bottom - top - y.low * up,
    up,
  };
}

/** Many faint strokes of a colour drift from it in eight bits: white ones do not, and are coloured afterwards. */
function tint(context: CanvasRenderingContext2D, colour: string): void {
  context.save();
  context.resetTransform();
  context.globalAlpha = 1;
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}

function strokeEach(
  context: CanvasRenderingContext2D,
  bundle: Bundle,
  marks: Uint8Array,
  { x, y }: Geometry,
  colours: RowInks | null,
): void {
  const places = bundle.x.map((value) => x.place(value));
  context.strokeStyle = "#fff";
  context.lineWidth = 1;
  context.lineJoin = "round";
  for (let curve = 0; curve < bundle.count; curve++) {
    if (!marks[curve]) continue;
    if (colours) context.strokeStyle = toCss(colours.inks[colours.codes[curve]!]!);
    const offset = curve * places.length;
    context.beginPath();
    for (let point = 0; point < places.length; point++) {
      context.lineTo(places[point]!, y.place(bundle.values[offset + point]!));
    }
    context.stroke();
  }
}

function dotEach(
  context: CanvasRenderingContext2D,
  { bundle, curves: { own } }: Drawing["picture"],
  marks: Uint8Array,
  { x, y }: Geometry,
  radius: number,
  colours: RowInks | null,
): void {
  const [first, last] = [bundle.x[0]!, bundle.x[bundle.x.length - 1]!];
  for (let curve = 0; curve < bundle.count; curve++) {
    const value = own[curve]!;
    if (!marks[curve] || !(value >= first && value <= last)) continue;
    const height = readAt(bundle.values, curve * bundle.x.length, placeIn(bundle.x, value));
    if (colours) context.fillStyle = toCss(colours.inks[colours.codes[curve]!]!);
    context.beginPath();
    context.arc(x.place(value), y.place(height), radius, 0, 7);
    context.fill();
  }
}
