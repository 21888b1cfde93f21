// Where things go in the plot, by the width of the container and the numbers shown.
import { type Ticks, ticksBetween } from "../../lib/axis";
import { type Scale, scaleOf } from "../../lib/scale";

export interface Geometry {
  width: number;
  height: number;
  narrow: boolean;
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Top and base line of the histogram. */
  strip: { top: number; base: number };
  x: Scale;
  y: Scale;
  yTicks: Ticks;
  /** Of a numeric feature. */
  xTicks: Ticks | null;
  /** Where the feature's name stands: beside its axis, or under it where it is too long. */
  name: { x: number; y: number; room: number; beside: boolean };
  /** Where the legend begins. */
  foot: number;
}

export interface Wanted {
  width: number;
  narrow: boolean;
  x: [number, number];
  y: [number, number];
  category: boolean;
  signed: boolean;
  /** Width of the widest label there can be at the right end. */
  labels: number;
  /** Width of the feature's name. */
  name: number;
  /** The height that a legend takes of a width. */
  legend(room: number): number;
  measure(text: string): number;
}

const TOP = 10;
const BETWEEN = 38; // plot and histogram: words on few rows, and the handle of the anchor
const STRIP = 52;
const AXIS = 24;
const LABEL_GAP = 12;
const NAME = 17; // a line for a long name

export function layoutFor(wanted: Wanted): Geometry {
  const { width, narrow, x, y, category, signed, labels, name, legend, measure } = wanted;
  const tall = Math.round(Math.min(420, Math.max(230, width * 0.46)));
  const yTicks = ticksBetween(...y, Math.floor(tall / 48), signed);
  const left = Math.ceil(Math.max(24, ...yTicks.values.map((value) => measure(yTicks.print(value))))) + 10;
  const right = Math.max(left + 60, Math.floor(width - LABEL_GAP - labels - 2));
  const bottom = TOP + tall;
  const strip = { top: bottom + BETWEEN, base: bottom + BETWEEN + STRIP };
  const xScale = scaleOf(...x, left, right);
  const xTicks = category ? null : ticksBetween(...x, Math.floor((right - left) / 68));
  const last = xTicks?.values.at(-1);
  const taken = last === undefined ? 0 : xScale.place(last) + measure(xTicks!.print(last)) / 2 + 8;
  const begin = Math.max(right + LABEL_GAP, taken);
  const beside = begin + name <= width - 2;
  const foot = strip.base + AXIS + (beside ? 0 : NAME);
  return {
    width,
    height: foot + legend(width - left),
    narrow,
    left,
    right,
    top: TOP,
    bottom,
    strip,
    x: xScale,
    y: scaleOf(...y, bottom, TOP),
    yTicks,
    xTicks,
    name: beside
      ? { x: begin, y: strip.base + NAME, room: name, beside }
      : { x: right, y: strip.base + 2 * NAME, room: right - left, beside },
    foot,
  };
}

/** Places as near to the wanted ones as a least distance allows, within bounds: pool adjacent violators. */
export function spread(wanted: number[], distance: number, low: number, high: number): number[] {
  const order = wanted.map((_, index) => index).sort((one, other) => wanted[one]! - wanted[other]!);
  const pools: { sum: number; count: number }[] = [];
  order.forEach((index, rank) => {
    let pool = { sum: wanted[index]! - rank * distance, count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.count >= pool.sum / pool.count; last = pools.at(-1)) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
    }
    pools.push(pool);
  });
  const most = high - (wanted.length - 1) * distance;
  const flat = pools.flatMap(({ sum, count }) => Array<number>(count).fill(Math.max(low, Math.min(most, sum / count))));
  const placed = [...wanted];
  order.forEach((index, rank) => {
    placed[index] = flat[rank]! + rank * distance;
  });
  return placed;
}
