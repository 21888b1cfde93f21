// Where things go: names at the left, bars around zero, numbers at the right; where it is narrow, names over the bars.
import { type Ticks, ticksBetween } from "../../lib/axis";
import { type Digits, digitsFor } from "../../lib/format";
import type { LocalWeight, LocalWeights } from "../../lib/lime_frame";
import { type Scale, scaleOf } from "../../lib/scale";
import type { Measure } from "../plot_scene";

export interface Geometry {
  width: number;
  height: number;
  narrow: boolean;
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Height of one weight. */
  row: number;
  x: Scale;
  ticks: Ticks;
  digits: Digits;
}

const NARROW = 640;
const MOST_NAMES = 0.46; // of the width
const TOP = 18; // which side lowers, which raises
const FOOT = 42; // numbers, and what a weight says
const GAP = 12;
const ROWS = [26, 44]; // wide, narrow
export const BAR = 14;
const INSET = 4;
const SMALL = 3.5;

export function layoutFor({ weights, range }: LocalWeights, width: number, measure: Measure): Geometry {
  const narrow = width < NARROW;
  const digits = weightDigits(Math.max(-range[0], range[1]));
  const numbers = Math.max(48, ...weights.map((weight) => measure(printWeight(weight, digits), "400 12px")));
  const names = Math.max(0, ...weights.map(({ name, condition }) => nameWidth(name, condition, measure)));
  const left = narrow ? 0 : Math.ceil(Math.min(names, MOST_NAMES * width)) + GAP;
  const right = narrow ? width : Math.max(left + 80, Math.floor(width - numbers - GAP));
  const [low, high] = range[1] > range[0] ? range : ([-1, 1] as const);
  const ticks = ticksBetween(low, high, Math.max(2, Math.floor((right - left) / 76)));
  const row = ROWS[narrow ? 1 : 0]!;
  const bottom = TOP + row * Math.max(1, weights.length);
  return {
    width,
    height: bottom + FOOT,
    narrow,
    left,
    right,
    top: TOP,
    bottom,
    row,
    x: scaleOf(low, high, left + INSET, right - INSET),
    ticks,
    digits,
  };
}

/** Two digits of the largest, three where it begins with a small one: 7.7, but 2.68. */
function weightDigits(end: number): Digits {
  const leading = end > 0 ? end / 10 ** Math.floor(Math.log10(end)) : 1;
  return digitsFor(end, leading < SMALL ? 3 : 2);
}

export const CONDITION = 8; // pixels between a name and its condition

function nameWidth(name: string, condition: string, measure: Measure): number {
  return measure(name, "400 12px") + (condition ? CONDITION + measure(condition) : 0);
}

/** A weight, and how far other seeds would take it. */
export function printWeight({ weight, interval }: LocalWeight, { plain, signed }: Digits): string {
  return interval === null ? signed(weight) : `${signed(weight)} ± ${plain(interval)}`;
}
