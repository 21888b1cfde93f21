// How the values of a column lie: bars of a histogram, and how many of some rows are in each.
import type { Column } from "./ice_columns";

export interface Bins {
  /** How many bars there are. */
  count: number;
  /** Of each row its bar, -1 where its value is missing. */
  places: Int32Array;
}

export interface Range {
  low: number;
  high: number;
  /** Whether all values are whole. */
  whole: boolean;
}

const MOST = 40; // bars of numbers

/** The ends of the numbers of a column; null where all are missing. */
export function rangeOf({ values }: Column): Range | null {
  let [low, high, whole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value < low) low = value;
    if (value > high) high = value;
    if (!Number.isNaN(value) && !Number.isInteger(value)) whole = false;
  }
  return low <= high ? { low, high, whole } : null;
}

/** A bar for each category, null that of what is missing; for each of a few whole numbers; or of equal width. */
export function binsOf({ values, categories }: Column, range: Range | null): Bins {
  if (categories) {
    const missing = categories.indexOf(null);
    return { count: categories.length, places: Int32Array.from(values, (place) => (place < 0 ? missing : place)) };
  }
  const { low, high, whole } = range ?? { low: 0, high: 0, whole: true };
  const single = isSingle({ low, high, whole });
  const count = single ? high - low + 1 : MOST;
  const scale = single ? 1 : MOST / (high - low);
  const placeOf = (value: number) =>
    Number.isNaN(value) ? -1 : Math.min(count - 1, Math.floor((value - low) * scale));
  return { count, places: Int32Array.from(values, placeOf) };
}

/** Whether each whole number has a bar of its own. */
export const isSingle = ({ low, high, whole }: Range) => whole && high - low < MOST;

export function countIn({ count, places }: Bins, marks: Uint8Array | null): Uint32Array {
  const counts = new Uint32Array(count);
  for (let row = 0; row < places.length; row++) {
    const place = places[row]!;
    if (place >= 0 && (!marks || marks[row])) counts[place]!++;
  }
  return counts;
}
