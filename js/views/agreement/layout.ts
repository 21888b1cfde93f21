// Where things go in the plot: names at the left, shares of all methods on one axis, their numbers at the right.
import type { Agreement } from "../../lib/agreement_frame";
import { type Ticks, ticksBetween } from "../../lib/axis";
import { type Scale, scaleOf } from "../../lib/scale";
import type { Measure } from "../plot_scene";

export interface Geometry {
  width: number;
  height: number;
  narrow: boolean;
  /** Of the names. */
  room: number;
  /** The first line's upper edge. */
  top: number;
  /** From one feature to the next. */
  step: number;
  /** Lower end of the lines. */
  bottom: number;
  /** Of shares, from zero to both sides. */
  x: Scale;
  ticks: Ticks;
  /** The right ends of the columns of numbers, one for each method. */
  columns: number[];
  /** How far above or below its line each method stands. */
  lanes: number[];
}

export const ERRORS = 2; // standard errors to either side
const HEAD = 22;
const FOOT = 24;
const STEP = 30;
const GAP = 12;
const LANE = 7;
const NARROW = 640;
const WIDEST = 0.32; // of the width, for names
const LEAST_NAME = 48;
const LEAST_AXIS = 160;
const LEAST_REACH = 0.02;
const OTHER_SIDE = 0.15; // of the reach
const MARK = 6; // half of a mark's width, and a little
export const MARK_AND_GAP = 16; // before a method's name

export function layoutFor(
  { shares, errors, header }: Agreement,
  shown: number[],
  /** What stands over the numbers. */
  heads: string[],
  width: number,
  measure: Measure,
): Geometry {
  const narrow = width < NARROW;
  const numbers = measure("\u221288 %", "400 12px");
  const widths = heads.map((head) => Math.max(numbers, measure(head, "600 12px") + MARK_AND_GAP));
  const columns = widths.map((_, method) => width - widths.slice(method + 1).reduce((sum, one) => sum + one + GAP, 0));
  const right = columns[0]! - widths[0]! - GAP - MARK;
  const names = shown.map((feature) => measure(header.features[feature]!, "600 12px") + 2);
  const widest = Math.max(LEAST_NAME, Math.min(WIDEST * width, right - GAP - MARK - LEAST_AXIS));
  const room = Math.ceil(Math.min(widest, Math.max(LEAST_NAME, ...names)));
  const left = room + GAP + MARK;
  const [low, high] = extentOf(shares, errors, shown);
  const bottom = HEAD + STEP * shown.length;
  return {
    width,
    height: bottom + FOOT,
    narrow,
    room,
    top: HEAD,
    step: STEP,
    bottom,
    x: scaleOf(low, high, left, Math.max(left + LEAST_NAME, right)),
    ticks: ticksBetween(100 * low, 100 * high, Math.max(2, Math.floor((right - left) / 90)), true),
    columns,
    lanes: shares.map((_, method) => (method - (shares.length - 1) / 2) * LANE),
  };
}

/** From the lowest to the highest end of all; the side of the other sign has some room, too. */
function extentOf(shares: Float64Array[], errors: Float64Array[], shown: number[]): [number, number] {
  const ends = shares.flatMap((one, method) =>
    shown.flatMap((at) => [-1, 1].map((side) => one[at]! + side * ERRORS * errors[method]![at]!)),
  );
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const reach = Math.max(LEAST_REACH, -low, high);
  return [Math.min(-OTHER_SIDE * reach, low), Math.max(OTHER_SIDE * reach, high)];
}
