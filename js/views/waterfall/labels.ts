// The name and the value of each line; a value that can be changed is underlined with dots.
import { type Bar, isChanged } from "../../lib/waterfall_bars";
import { shownValue, type Value, type Waterfall } from "../../lib/waterfall_frame";
import type { Measure } from "../plot_scene";

/** How values and what joins others are said. */
export interface Say {
  joined(count: number): string;
  value(value: Value): string;
}

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

const FONT = "400 12px";
const BOLD = "600 12px";
const SIGN = "\u00a0=\u00a0"; // an ordinary space at an end would be left away
const ARROW = "\u00a0→\u00a0";
const MOST_OF_VALUE = 0.55; // of the room

export function labelOf(waterfall: Waterfall, bar: Bar, say: Say, longest: number, measure: Measure): Label {
  const { header } = waterfall;
  const alone = bar.kind === "feature";
  const full = alone ? header.features[bar.feature]! : say.joined(bar.count);
  const now = alone ? shownValue(waterfall, bar.feature) : undefined;
  const changed = alone && isChanged(waterfall, bar.feature);
  const plain = (text: string) => (text ? measure(text, FONT) : 0);
  const strong = changed ? (text: string) => measure(text, BOLD) : plain;
  const value = now === undefined ? "" : elided(say.value(now), longest * MOST_OF_VALUE, strong);
  const sign = value ? SIGN : "";
  const room = longest - strong(value) - plain(sign);
  const was = changed ? say.value(header.row?.[bar.feature] ?? null) + ARROW : "";
  const before = plain(full) + plain(was) <= room ? was : ""; // the name comes first
  const name = elided(full, room - plain(before), plain) + sign;
  const widths = { name: plain(name), before: plain(before), value: strong(value) };
  return { name, full, before, value, widths, width: widths.name + widths.before + widths.value };
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
