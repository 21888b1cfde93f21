// The map: colours between the points, a veil and hatching where few rows are near, and dots where rows are.
import type { Rgb } from "../../lib/colour";
import { element, setAttributes } from "../../lib/dom";
import type { Scale } from "../../lib/scale";
import type { Axis } from "../../lib/surface_frame";
import { between } from "../../lib/surface_reading";
import type { Drawing, Layer, Scene } from "./scene";

const FINEST = 2; // pixels of the canvas for one of the page
const VEIL = 0.5; // of the page, where few rows are near
const HATCH = 0.55; // of ink, in the hatching
const EVERY = 6; // pixels from line to line
const DOT = 1.4; // radius

/** For each pixel along an axis: the point before it and the way to the next; -1 between two categories. */
interface Samples {
  left: Int32Array;
  share: Float64Array;
}

export function createMapCanvas(): Layer & { element: HTMLCanvasElement } {
  const canvas = element("canvas");
  return {
    element: canvas,
    draw(drawing, { surroundings }: Scene) {
      const { surface, geometry } = drawing;
      const { left, right, top, bottom, x, y } = geometry;
      const ratio = Math.min(FINEST, Math.max(1, devicePixelRatio));
      const [wide, tall] = [right - left, bottom - top];
      setAttributes(canvas, { width: Math.round(wide * ratio), height: Math.round(tall * ratio) });
      Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${wide}px`, height: `${tall}px` });
      const context = canvas.getContext("2d")!;
      const image = context.createImageData(canvas.width, canvas.height);
      const across = samplesOf(surface.x, x, left, canvas.width, ratio);
      const up = samplesOf(surface.y, y, top, canvas.height, ratio);
      const ink = getComputedStyle(canvas).color;
      paint(image, drawing, across, up, { page: surroundings.page, ink: rgbOf(ink), ratio });
      context.putImageData(image, 0, 0);
      if (!(surface.x.names && surface.y.names)) {
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        dot(context, drawing, ink, `rgb(${surroundings.page.join(" ")})`);
      }
    },
  };
}

function samplesOf(axis: Axis, scale: Scale, start: number, count: number, ratio: number): Samples {
  const left = new Int32Array(count);
  const share = new Float64Array(count);
  for (let pixel = 0; pixel < count; pixel++) {
    const at = start + (pixel + 0.5) / ratio;
    const place = scale.value(at);
    const found = between(axis, place);
    const edge = axis.names && axis.names.length > 1 ? Math.abs(at - scale.place(Math.round(place + 0.5) - 0.5)) : 1;
    left[pixel] = edge < 0.75 ? -1 : found.left;
    share[pixel] = found.share;
  }
  return { left, share };
}

interface Inks {
  page: Rgb;
  ink: Rgb;
  ratio: number;
}

function paint(
  { data, width, height }: ImageData,
  { surface, ramp }: Drawing,
  across: Samples,
  up: Samples,
  { page, ink, ratio }: Inks,
): void {
  const { values, near, header, range } = surface;
  const count = surface.y.places.length;
  const factor = range[1] > range[0] ? (ramp.length - 1) / (range[1] - range[0]) : 0;
  const flat = factor ? 0 : ramp.length >> 1;
  const period = EVERY * ratio;
  const few = Uint8Array.from(near, (rows) => (rows < header.least ? 1 : 0));
  for (let row = 0; row < height; row++) {
    const below = up.left[row]!;
    if (below < 0) continue;
    const rise = up.share[row]!;
    const step = rise ? 1 : 0;
    for (let column = 0; column < width; column++) {
      const before = across.left[column]!;
      if (before < 0) continue;
      const run = across.share[column]!;
      const here = before * count + below;
      const after = run ? here + count : here;
      const value = mix(
        mix(values[here]!, values[here + step]!, rise),
        mix(values[after]!, values[after + step]!, rise),
        run,
      );
      const scarce =
        mix(mix(few[here]!, few[here + step]!, rise), mix(few[after]!, few[after + step]!, rise), run) > 0.5;
      const colour = ramp[flat || Math.round((value - range[0]) * factor)]!;
      const hatched = scarce && (row + column) % period < ratio;
      const offset = 4 * (row * width + column);
      for (let part = 0; part < 3; part++) {
        const veiled = scarce ? mix(colour[part]!, page[part]!, VEIL) : colour[part]!;
        data[offset + part] = hatched ? mix(veiled, ink[part]!, HATCH) : veiled;
      }
      data[offset + 3] = 255;
    }
  }
}

const mix = (from: number, to: number, share: number) => from + (to - from) * share;

/** Rows, those of one category scattered over its band. */
function dot(context: CanvasRenderingContext2D, { surface, geometry }: Drawing, ink: string, page: string): void {
  const { dots } = surface;
  const { x, y, left, top } = geometry;
  const path = new Path2D();
  for (let index = 0; index < dots.length; index += 2) {
    const [across, up] = [surface.x, surface.y].map(
      (axis, side) => dots[index + side]! + (axis.names ? 0.7 * (((index / 2) * SPREAD[side]!) % 1) - 0.35 : 0),
    ) as [number, number];
    const [at, down] = [x.place(across) - left, y.place(up) - top];
    path.moveTo(at + DOT, down);
    path.arc(at, down, DOT, 0, 2 * Math.PI);
  }
  context.strokeStyle = page;
  context.lineWidth = 1.4;
  context.stroke(path);
  context.fillStyle = ink;
  context.fill(path);
}

const SPREAD = [0.7548776662, 0.5698402909]; // the R2 sequence

function rgbOf(css: string): Rgb {
  return (css.match(/\d+(\.\d+)?/g) ?? ["0", "0", "0"]).slice(0, 3).map(Number) as unknown as Rgb;
}
