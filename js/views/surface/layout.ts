// Where things go: the map, a cross-section above it and one beside it, the colour bar at the right.
import { type Ticks, ticksBetween } from "../../lib/axis";
import { type Scale, scaleOf, widened } from "../../lib/scale";
import type { Axis, Surface } from "../../lib/surface_frame";
import type { Measure } from "../plot_scene";

export interface Geometry {
  width: number;
  height: number;
  narrow: boolean;
  /** The map. */
  left: number;
  right: number;
  top: number;
  bottom: number;
  above: { top: number; bottom: number };
  beside: { left: number; right: number };
  bar: { left: number; right: number };
  x: Scale;
  y: Scale;
  /** Room for a name of a category at the left. */
  named: number;
  /** Of features that are numbers. */
  xTicks: Ticks | null;
  yTicks: Ticks | null;
  /** Of the prediction. */
  ticks: Ticks;
  /** The prediction in the cross-sections: upwards above the map, to the right beside it. */
  upwards: Scale;
  sideways: Scale;
}

const NARROW = 640;
const HEAD = 20; // above the upper cross-section: where it is
const GAP = 10;
const NAME = 20; // the name of the feature that goes up
const LONGEST = [140, 90]; // name of a category at the left, wide and narrow
const BAR = 12;
const INSET = 6; // of the lines in a cross-section
const FOOT = 42; // numbers and the name of the feature that goes across

export function layoutFor(surface: Surface, width: number, measure: Measure): Geometry {
  const { x, y, range } = surface;
  const narrow = width < NARROW;
  const values = widened(range, 0);
  const ticks = ticksBetween(...values, 6);
  const widest = (texts: string[]) => Math.ceil(Math.max(0, ...texts.map((text) => measure(text))));
  const tall = Math.round(Math.min(440, Math.max(220, width * 0.4)));
  const yTicks = ticksOf(y, Math.floor(tall / 52));
  const numbers = widest(ticks.values.map(ticks.print));
  const up = yTicks ? yTicks.values.map(yTicks.print) : (y.names ?? []);
  const named = Math.max(numbers, Math.min(LONGEST[narrow ? 1 : 0]!, widest(up)));
  const left = NAME + named + 8;
  const bar = width - numbers - 6 - BAR;
  const deep = Math.round(Math.min(170, Math.max(64, width * 0.15)));
  const beside = { left: bar - 2 * GAP - deep, right: bar - 2 * GAP };
  const right = Math.max(left + 80, beside.left - GAP);
  const above = { top: HEAD, bottom: HEAD + Math.round(Math.min(110, Math.max(64, width * 0.1))) };
  const top = above.bottom + GAP;
  const bottom = top + tall;
  return {
    width,
    height: bottom + FOOT,
    narrow,
    left,
    right,
    top,
    bottom,
    above,
    beside,
    bar: { left: bar, right: bar + BAR },
    x: scaleOf(...endsOf(x), left, right),
    y: scaleOf(...endsOf(y), bottom, top),
    xTicks: ticksOf(x, Math.floor((right - left) / 68)),
    named,
    yTicks,
    ticks,
    upwards: scaleOf(...values, above.bottom - INSET, above.top + INSET),
    sideways: scaleOf(...values, beside.left + INSET, beside.right - INSET),
  };
}

function endsOf({ names, places }: Axis): [number, number] {
  return names ? [-0.5, names.length - 0.5] : [places[0]!, places[places.length - 1]!];
}

function ticksOf(axis: Axis, most: number): Ticks | null {
  return axis.names ? null : ticksBetween(...endsOf(axis), most);
}
