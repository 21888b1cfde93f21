// Where things go in the plot, by the width of the container and the names and numbers shown.
import { digitsFor } from "../../lib/format";
import { type Bar, endOf } from "../../lib/importance_bars";
import type { Measure } from "../plot_scene";

export interface Geometry {
  width: number;
  height: number;
  /** Where names end and bars begin. */
  left: number;
  /** Of the names. */
  room: number;
  /** From one feature to the next. */
  step: number;
  /** Above the first one. */
  top: number;
  /** Of one bar. */
  thickness: number;
  print(mean: number): string;
  /** The power of ten that is left out of all numbers, or nothing. */
  power: string;
  place(value: number): number;
}

const TOP = 4;
const GAP = 8; // between a name and its bar
export const BESIDE = 6; // between a bar and its number
const SINGLE = { step: 25, thickness: 13 };
const DOUBLE = { step: 36, thickness: 12 };
const WIDEST = 0.42; // of the width, for names
const ROUNDING = 1e-9; // of the largest mean: what is less is zero

export function layoutFor(
  bars: Bar[],
  /** What stands behind the first numbers: which rows they are of. */
  labels: string[],
  width: number,
  measure: Measure,
): Geometry {
  const lengths = bars.flatMap(({ all, selected }) => (selected ? [all, selected] : [all]));
  const { print, power } = printerFor(Math.max(...lengths.map(({ mean }) => mean)));
  const room = Math.ceil(
    Math.min(WIDEST * width, Math.max(48, ...bars.map(({ name }) => measure(name, "600 12px") + 2))),
  );
  const left = room + GAP;
  const numbers = Math.max(...lengths.map((length) => measure(print(length.mean), "400 12px")));
  const first = [bars[0]!.all, bars[0]!.selected].map((length, group) =>
    length && labels[group] ? measure(`${print(length.mean)} ${labels[group]}`, "400 12px") : 0,
  );
  const longest = Math.max(...lengths.map(endOf));
  const leading = Math.max(endOf(bars[0]!.all), bars[0]!.selected ? endOf(bars[0]!.selected) : 0);
  const along = Math.max(24, width - left - BESIDE - numbers - 2);
  const behind = Math.max(24, width - left - BESIDE - Math.max(...first) - 2);
  // the labels may stand over what is free behind the first bar, where that is not the longest
  const factor = longest > 0 ? Math.min(along / longest, leading > 0 ? behind / leading : Infinity) : 0;
  const { step, thickness } = bars[0]!.selected ? DOUBLE : SINGLE;
  return {
    width,
    height: TOP + bars.length * step + 4,
    left,
    room,
    step,
    top: TOP,
    thickness,
    print,
    power,
    place: (value) => left + value * factor,
  };
}

/** Numbers as fine as the largest asks; what is not zero, but for rounding, is not called zero. */
function printerFor(most: number): { print(value: number): string; power: string } {
  const { plain, power } = digitsFor(most, 3);
  const finest = 10 ** (Math.floor(Math.log10(most || 1)) - 2);
  const least = plain(power ? finest : Math.min(1, finest));
  const print = (value: number) => {
    const text = plain(value);
    return text === "0" && value > ROUNDING * most ? `<${least}` : text;
  };
  return { print, power };
}
