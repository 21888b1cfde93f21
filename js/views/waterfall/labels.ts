// The name and the value of each line; a value that can be changed is underlined with dots.
import { quantity } from "../../lib/format";
import { type Bar, isChanged } from "../../lib/waterfall_bars";
import { type Value, valueOf, type Waterfall } from "../../lib/waterfall_frame";

export interface Label {
  /** As it fits, and in full. */
  name: string;
  full: string;
  /** The value as it is in the data, where another one is asked about. */
  before: string;
  value: string;
  /** Widths of the parts, and of all. */
  widths: { name: number; before: number; value: number };
  width: number;
}

type Measure = (text: string, font?: string) => number;

const FONT = "400 12px";
const BOLD = "600 12px";
const SIGN = " = ";
const ARROW = " → ";

export function labelOf(
  waterfall: Waterfall,
  bar: Bar,
  words: (count: number) => string,
  longest: number,
  measure: Measure,
): Label {
  const widthOf = (text: string) => (text ? measure(text, FONT) : 0);
  const full = bar.kind === "feature" ? waterfall.header.features[bar.feature]! : words(bar.count);
  const own = bar.kind === "feature" ? valueOf(waterfall, bar.feature) : undefined;
  const changed = isChanged(waterfall, bar.feature) && bar.kind === "feature";
  const room = longest / (changed ? 4 : 2.2);
  const value = own === undefined ? "" : elided(printValue(own), room, changed ? (text) => measure(text, BOLD) : widthOf);
  const before = changed ? elided(printValue(waterfall.header.row?.[bar.feature] ?? null), room, widthOf) + ARROW : "";
  const sign = value ? SIGN : "";
  const taken = widthOf(before) + (changed ? measure(value, BOLD) : widthOf(value)) + widthOf(sign);
  const name = elided(full, longest - taken, widthOf);
  const widths = {
    name: widthOf(name + sign),
    before: widthOf(before),
    value: changed ? measure(value, BOLD) : widthOf(value),
  };
  return { name: name + sign, full, before, value, widths, width: widths.name + widths.before + widths.value };
}

export function printValue(value: Value): string {
  if (value === null) return "–";
  return typeof value === "number" ? quantity(value) : String(value);
}

/** A text as long as its room, shortened in its middle: names that begin alike are told apart by their ends. */
export function elided(text: string, room: number, measure: (text: string) => number): string {
  if (measure(text) <= room) return text;
  const letters = [...text];
  let [low, high] = [0, letters.length - 1];
  const shortened = (count: number) => {
    const head = Math.ceil(count / 2);
    const tail = count - head;
    return `${letters.slice(0, head).join("").trimEnd()}…${tail ? letters.slice(-tail).join("").trimStart() : ""}`;
  };
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(shortened(middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return shortened(Math.max(1, low));
}

