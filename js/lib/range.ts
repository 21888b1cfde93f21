// The end of the colour range. It holds still while samples come, and settles when they have come.
import type { AttributionMap } from "./attribution";
import { countMagnitudes, percentileOf } from "./statistics";

export interface ColourRange {
  /** What the range belongs to: another method or class has another range. */
  subject: string;
  end: number;
}

const TOO_FAR = 2; // a held range gives way when the map has left it by this factor

export function nextRange(
  held: ColourRange | null,
  map: AttributionMap,
  percentile: number,
  settled: boolean,
): ColourRange {
  const { method, multiply_by_inputs, target, channel_reduction, index } = map.header;
  const subject = [method, multiply_by_inputs, target, channel_reduction, index, percentile].join();
  const end = clipOf(map, percentile);
  if (settled || held?.subject !== subject) return { subject, end };
  const ratio = end / held.end;
  return ratio > TOO_FAR || ratio < 1 / TOO_FAR ? { subject, end } : held;
}

/** The value at the percentile of magnitudes; the largest one where that is 0. */
export function clipOf(map: AttributionMap, percentile: number): number {
  const counts = magnitudes(map);
  const total = map.stored.length;
  return (percentileOf(counts, total, percentile) || percentileOf(counts, total, 100)) * map.scale;
}

const counted = new WeakMap<Int16Array, Uint32Array>();

export function magnitudes(map: AttributionMap): Uint32Array {
  let counts = counted.get(map.stored);
  if (!counts) {
    counts = countMagnitudes(map.stored);
    counted.set(map.stored, counts);
  }
  return counts;
}
