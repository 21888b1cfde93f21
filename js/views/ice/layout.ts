// Where things go in the plot, by the width of the container and the numbers shown.
import { type Ticks, ticksBetween } from "../../lib/axis";

export interface Scale {
  low: number;
  high: number;
  place(value: number): number;
  value(place: number): number;
}

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
}

export interface Wanted {
  width: number;
  x: [number, number];
  y: [number, number];
  category: boolean;
  signed: boolean;
  /** Width of the widest label at the right end. */
  labels: number;
  /** The height that a legend takes of a width. */
  legend(room: number): number;
  measure(text: string): number;
}

const NARROW = 640;
const TOP = 10;
const BETWEEN = 38; // plot and histogram: words on few rows, and the handle of the anchor
const STRIP = 52;
const AXIS = 24;
const LABEL_GAP = 12;

export function layoutFor({ width, x, y, category, signed, labels, legend, measure }: Wanted): Geometry {
  const narrow = width < NARROW;
  const tall = Math.round(Math.min(420, Math.max(230, width * 0.46)));
  const yTicks = ticksBetween(...y, Math.floor(tall / 48), signed);
  const left = Math.ceil(Math.max(24, ...yTicks.values.map((value) => measure(yTicks.print(value))))) + 10;
  const right = Math.max(left + 60, Math.floor(width - LABEL_GAP - labels - 2));
  const bottom = TOP + tall;
  const strip = { top: bottom + BETWEEN, base: bottom + BETWEEN + STRIP };
  return {
    width,
    height: strip.base + AXIS + legend(width - left),
    narrow,
    left,
    right,
    top: TOP,
    bottom,
    strip,
    x: scaleOf(...x, left, right),
    y: scaleOf(...y, bottom, TOP),
    yTicks,
    xTicks: category ? null : ticksBetween(...x, Math.floor((right - left) / 68)),
  };
}

export function scaleOf(low: number, high: number, from: number, to: number): Scale {
  const factor = (to - from) / (high - low);
  return {
    low,
    high,
    place: (value) => from + (value - low) * factor,
    value: (place) => low + (place - from) / factor,
  };
}

/** Wide enough to see, where all values are one. */
export function widened([low, high]: [number, number], margin: number): [number, number] {
  const span = high - low || Math.abs(low) || 1;
  const room = high > low ? span * margin : span / 2;
  return [low - room, high + room];
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
