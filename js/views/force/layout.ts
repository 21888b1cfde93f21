// Where things stand in the stack of many rows: names of bands above and below it, values at its left, its base at the
// right.
import { type Ticks, ticksBetween } from "../../lib/axis";
import type { Columns } from "../../lib/force_order";
import { type Scale, scaleOf, widened } from "../../lib/scale";
import { percentOf } from "../../lib/shap_words";

export interface Tick {
  value: number;
  text: string;
}

export interface Geometry {
  width: number;
  height: number;
  narrow: boolean;
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: Scale;
  y: Scale;
  ticks: Tick[];
}

const NARROW = 640;
export const NAMES = 40; // names of bands, with their leaders
export const UNDER = 24; // from the stack to the names below it
const STRIP = 10; // of the selection
const LEFT = 56; // values
const BASE = 60; // the base value's label
const LOGIT_TICKS = [0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999];

/** How wide the stack is in a view of so many pixels. */
export const stackWidth = (width: number) => Math.max(60, width - LEFT - BASE);

export function layoutFor(columns: Columns, window: [number, number], width: number, logit: boolean): Geometry {
  const narrow = width < NARROW;
  const [left, right] = [LEFT, LEFT + stackWidth(width)];
  const tall = Math.round(Math.min(330, Math.max(190, width * 0.32)));
  const [low, high] = widened(columns.range, 0.03);
  const ticks = ticksOn(low, high, Math.floor(tall / 44), logit);
  const bottom = NAMES + tall;
  return {
    width,
    height: bottom + STRIP + NAMES,
    narrow,
    left,
    right,
    top: NAMES,
    bottom,
    x: scaleOf(...window, left, right),
    y: scaleOf(low, high, bottom, NAMES),
    ticks,
  };
}

/** Round values of an axis; with the logit link round probabilities, at their log-odds. */
export function ticksOn(low: number, high: number, most: number, logit: boolean): Tick[] {
  if (!logit) {
    const ticks: Ticks = ticksBetween(low, high, most);
    return ticks.values.map((value) => ({ value, text: ticks.print(value) + ticks.power }));
  }
  const within = LOGIT_TICKS.map((share) => ({
    value: Math.log(share / (1 - share)),
    text: `${100 * share} %`,
  })).filter(({ value }) => value >= low && value <= high);
  if (within.length > 1) return within;
  return ticksBetween(low, high, most).values.map((value) => ({ value, text: percentOf(value) }));
}
