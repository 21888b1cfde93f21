// Where things go: names and values at the left, a bar in each line, the prediction above them and the mean below.
import { type Ticks, ticksBetween } from "../../lib/axis";
import { type Digits, digitsFor } from "../../lib/format";
import { type Scale, scaleOf, widened } from "../../lib/scale";
import type { Bars } from "../../lib/waterfall_bars";
import type { Waterfall } from "../../lib/waterfall_frame";
import type { Measure } from "../plot_scene";
import { type Label, labelOf, type Say } from "./labels";

export interface Geometry {
  width: number;
  height: number;
  narrow: boolean;
  /** The right end of the names. */
  named: number;
  /** The ground of the bars. */
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** The middle of each line. */
  middles: number[];
  labels: Label[];
  /** What is opened under a line: where it begins. */
  opened: number | null;
  /** The base lines of the words for the mean and for the axis. */
  mean: number;
  axis: number;
  x: Scale;
  ticks: Ticks;
  digits: Digits;
}

const NARROW = 640;
const HEAD = 42; // the prediction
export const LINE = 26;
export const OPENED = 46; // the editor of a value
const MEAN = 24;
const AXIS = 26;
const GAP = 14; // between names and bars
const BESIDE = 7; // between a bar and its number

export function layoutFor(
  waterfall: Waterfall,
  bars: Bars,
  open: number,
  width: number,
  say: Say,
  measure: Measure,
): Geometry {
  const narrow = width < NARROW;
  const longest = Math.round(Math.min(320, Math.max(120, width * (narrow ? 0.4 : 0.36))));
  const labels = bars.bars.map((bar) => labelOf(waterfall, bar, say, longest, measure));
  const named = Math.max(0, ...labels.map(({ width }) => width));
  const [low, high] = widened([bars.low, bars.high], 0);
  const digits = digitsFor(Math.max(0, ...bars.bars.map(({ value }) => Math.abs(value))), 3);
  const room = Math.max(0, ...bars.bars.map(({ value }) => measure(digits.signed(value), "600 12px"))) + BESIDE;
  const left = named + GAP;
  const right = Math.max(left + 2 * room + 40, width);
  const middles = bars.bars.map((_, index) => HEAD + LINE * (index + 0.5) + (open >= 0 && index > open ? OPENED : 0));
  const bottom = HEAD + LINE * middles.length + (open >= 0 ? OPENED : 0);
  return {
    width,
    height: bottom + MEAN + AXIS,
    narrow,
    named,
    left,
    right,
    top: HEAD,
    bottom,
    middles,
    labels,
    opened: open >= 0 ? HEAD + LINE * (open + 1) : null,
    mean: bottom + 17,
    axis: bottom + MEAN,
    x: scaleOf(low, high, left + room, right - room),
    ticks: ticksBetween(low, high, Math.floor((right - left - 2 * room) / 60)),
    digits,
  };
}
