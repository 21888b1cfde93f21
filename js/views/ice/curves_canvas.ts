// Curves on a canvas over the plot, thin and pale enough to see how many lie on each other; dots at each row's own value.
import { parseHex } from "../../lib/colour";
import { element } from "../../lib/dom";
import { type Bundle, placeIn, readAt } from "../../lib/ice_curves";
import type { DensityImage } from "../../lib/ice_density";
import { createMemo } from "../../lib/memo";
import { countOf } from "./brushing";
import { createDensity, type Density } from "./density";
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
const MANY = 1500; // more curves than these are counted per pixel instead of stroked

export interface CurvesCanvas {
  element: HTMLCanvasElement;
  /** Draw the marked curves. */
  draw(drawing: Drawing, marks: Uint8Array, style: CSSStyleDeclaration, gain?: number): void;
}

export function createCurvesCanvas(look: Look): CurvesCanvas {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const densityOf = createMemo(countedOn);
  return {
    element: canvas,
    draw({ picture, geometry }, marks, style, gain = 1) {
      const image = marks.length ? look.image(picture) : null;
      const number = image?.header.count ?? countOf(marks);
      const many = !image && number > MANY;
      const context = place(canvas, geometry, many ? 1 : devicePixelRatio || 1);
      if (!context || !number) return;
      const colour = style.getPropertyValue(look.line).trim();
      const opacity = Math.min(0.9, Math.max(look.least, (gain * look.strength * 10) / Math.sqrt(number)));
      if (image) {
        const { x } = picture.bundle;
        const ends: [number, number] = [x[0]!, x[x.length - 1]!];
        paintImage(context, image, ends, geometry, parseHex(colour));
      } else if (many) {
        const { left, right, top, bottom, x, y } = geometry;
        const density = densityOf(picture.bundle, left, right, top, bottom, x.low, x.high, y.low, y.high);
        const image = context.createImageData(canvas.width, canvas.height);
        density.show(marks);
        density.paint(image, { colour: parseHex(colour), full: Math.ceil(number / FULL) });
        context.putImageData(image, 0, 0);
      } else {
        context.globalAlpha = opacity;
        strokeEach(context, picture.bundle, marks, geometry);
        tint(context, colour);
      }
      if (image || number > look.dots.most) return;
      context.fillStyle = style.getPropertyValue(look.dot);
      context.globalAlpha = look.dots.opacity;
      dotEach(context, picture, marks, geometry, look.dots.radius);
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
  const up = (top - bottom) / (yHigh - yLow);
  return createDensity(bundle, {
    width: right - left + 2 * EDGE,
    height: bottom - top + 2 * EDGE,
    columns: bundle.x.map((value) => EDGE + ((value - xLow) * (right - left)) / (xHigh - xLow)),
    zero: EDGE + bottom - top - yLow * up,
    up,
  });
}

function place(canvas: HTMLCanvasElement, geometry: Geometry, ratio: number): CanvasRenderingContext2D | null {
  const { left, right, top, bottom } = geometry;
  const [width, height] = [right - left + 2 * EDGE, bottom - top + 2 * EDGE];
  Object.assign(canvas.style, {
    left: `${left - EDGE}px`,
    top: `${top - EDGE}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, (EDGE - left) * ratio, (EDGE - top) * ratio);
  return context;
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

function strokeEach(context: CanvasRenderingContext2D, bundle: Bundle, marks: Uint8Array, { x, y }: Geometry): void {
  const places = bundle.x.map((value) => x.place(value));
  context.strokeStyle = "#fff";
  context.lineWidth = 1;
  context.lineJoin = "round";
  for (let curve = 0; curve < bundle.count; curve++) {
    if (!marks[curve]) continue;
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
): void {
  const [first, last] = [bundle.x[0]!, bundle.x[bundle.x.length - 1]!];
  for (let curve = 0; curve < bundle.count; curve++) {
    const value = own[curve]!;
    if (!marks[curve] || !(value >= first && value <= last)) continue;
    const height = readAt(bundle.values, curve * bundle.x.length, placeIn(bundle.x, value));
    context.beginPath();
    context.arc(x.place(value), y.place(height), radius, 0, 7);
    context.fill();
  }
}
