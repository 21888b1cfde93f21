// Where things go in the plot: names at the left, shares of all methods on one axis, their numbers at the right.
import type { Agreement } from "../../lib/agreement_frame";
import { type Ticks, ticksBetween } from "../../lib/axis";
import { type Scale, scaleOf } from "../ice/layout";

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
const MARK = 6; // half of a mark's width, and a little
export const MARK_AND_GAP = 16; // before a method's name

export function layoutFor(
  { shares, errors, header }: Agreement,
  shown: number[],
  /** What stands over the numbers. */
  heads: string[],
  width: number,
  measure: (text: string, font?: string) => number,
): Geometry {
  const narrow = width < NARROW;
  const names = shown.map((feature) => measure(header.features[feature]!, "600 12px") + 2);
  const room = Math.ceil(Math.min((narrow ? 0.3 : 0.32) * width, Math.max(48, ...names)));
  const numbers = measure("\u221288 %", "400 12px");
  const widths = heads.map((head) => Math.max(numbers, measure(head, "600 12px") + MARK_AND_GAP));
  const columns = widths.map((_, method) => width - widths.slice(method + 1).reduce((sum, one) => sum + one + GAP, 0));
  const [left, right] = [room + GAP + MARK, columns[0]! - widths[0]! - GAP - MARK];
  const reach = Math.max(
    0.02,
    ...shares.flatMap((one, method) => shown.map((at) => Math.abs(one[at]!) + ERRORS * errors[method]![at]!)),
  );
  const [low, high] = extentOf(shares, errors, shown, reach);
  const bottom = HEAD + STEP * shown.length;
  return {
    width,
    height: bottom + FOOT,
    narrow,
    room,
    top: HEAD,
    step: STEP,
    bottom,
    x: scaleOf(low, high, left, Math.max(left + 40, right)),
    ticks: ticksBetween(100 * low, 100 * high, Math.max(2, Math.floor((right - left) / 90)), true),
    columns,
    lanes: shares.map((_, method) => (method - (shares.length - 1) / 2) * LANE),
  };
}

/** Both signs have room, as far as there are values. */
function extentOf(shares: Float64Array[], errors: Float64Array[], shown: number[], reach: number): [number, number] {
  const ends = shares.flatMap((one, method) =>
    shown.flatMap((at) => [-1, 1].map((side) => one[at]! + side * ERRORS * errors[method]![at]!)),
  );
  return [Math.min(-0.15 * reach, ...ends), Math.max(0.15 * reach, ...ends)];
}
