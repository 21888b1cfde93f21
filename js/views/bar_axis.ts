// The axis of the colour bar: which values it runs over, and where they lie.
import type { Sign } from "../lib/state";

export interface Axis {
  low: number;
  high: number;
  vertical: boolean;
  length: number;
}

export const THICK = 12; // the strip of colours
export const MARGIN = 7; // before and after the axis, for the labels of its ends
export const TALL = 74; // a horizontal bar with histogram and labels

/** The values a bar shows when its range ends at `end`. */
export function domainOf(signed: boolean, sign: Sign, end: number): [number, number] {
  if (!signed || sign === "absolute" || sign === "positive") return [0, end];
  return [-end, sign === "negative" ? 0 : end];
}

/** Pixels from the top or the left. */
export function placeOf({ low, high, vertical, length }: Axis, value: number): number {
  const share = (value - low) / (high - low);
  return length * (vertical ? 1 - share : share);
}

export function valueAt({ low, high, vertical, length }: Axis, place: number): number {
  const share = place / length;
  return low + (high - low) * (vertical ? 1 - share : share);
}

/** Where the strip of colours begins, across the axis. */
export const edgeOf = ({ vertical }: Axis): number => (vertical ? 0 : TALL - THICK - 20);

/** A dragged clip follows the pointer inside the bar, and grows ever faster beyond its end. */
export function beyond(value: number, end: number): number {
  const magnitude = Math.abs(value);
  return magnitude <= end ? magnitude : end * Math.exp(magnitude / end - 1);
}
