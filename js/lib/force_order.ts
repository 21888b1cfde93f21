// In which order the rows stand, and what they look like on so many columns of pixels.
import { type Force, type Ordering, valueAt } from "./force_frame";

export const ORDERS = ["similarity", "output", "original"] as const;

export interface Order {
  /** Places among the rows that were sent, from left to right. */
  places: Uint32Array;
  /** Whether this is the wanted order; else the rows stand by their output until the kernel has found it. */
  found: boolean;
}

export function orderOf(force: Force, wanted: string, ordering: Ordering | null): Order {
  const { header, count, outputs, data } = force;
  const all = () => Uint32Array.from({ length: count }, (_, place) => place);
  if (wanted === "original") return { places: all(), found: true };
  if (wanted === "output" || count < 2) return { places: sorted(all(), outputs), found: true };
  const { job, output } = header;
  if (ordering?.order === wanted && ordering.job === job && ordering.output === output) {
    if (ordering.places.length === count) return { places: ordering.places, found: true };
  }
  const column = header.columns.indexOf(header.features.indexOf(wanted));
  if (data && column >= 0) return { places: sorted(all(), data[column]!), found: true };
  return { places: sorted(all(), outputs), found: false };
}

/** Ascending, what is missing last. */
function sorted(places: Uint32Array, keys: Float32Array): Uint32Array {
  return places.sort((one, other) => {
    const [first, second] = [keys[one]!, keys[other]!];
    if (first < second) return -1;
    if (first > second) return 1;
    if (first === second) return one - other;
    return Number(Number.isNaN(first)) - Number(Number.isNaN(second)) || one - other;
  });
}

/** Where each row stands. */
export function standsOf({ places }: Order): Uint32Array {
  const stands = new Uint32Array(places.length);
  for (let stand = 0; stand < places.length; stand++) stands[places[stand]!] = stand;
  return stands;
}

export interface Columns {
  count: number;
  /** For each band the mean of its values in each column: features, then what the others raise, and lower. */
  bands: Float32Array[];
  outputs: Float32Array;
  base: Float32Array;
  /** Lowest and highest place that is painted. */
  range: [number, number];
  /** The most rows that share a column. */
  rows: number;
}

/** The means of the rows that share a column of pixels, of those that stand from `from` to `to`. */
export function columnsOf(force: Force, places: Uint32Array, from: number, to: number, count: number, display: number) {
  const { header, stored, outputs } = force;
  const shown = Math.min(display, header.columns.length);
  const share = (to - from) / count;
  const first = (column: number) => Math.min(places.length - 1, Math.floor(from + column * share));
  const ends = Uint32Array.from({ length: count + 1 }, (_, column) => first(column));
  const until = (column: number) => Math.max(ends[column]! + 1, Math.min(places.length, ends[column + 1]!));
  const bands = Array.from({ length: shown + 2 }, () => new Float32Array(count));
  const means = new Float32Array(count);
  const base = new Float32Array(count);
  let most = 1;
  for (let column = 0; column < count; column++) {
    const [start, stop] = [ends[column]!, until(column)];
    const number = stop - start;
    if (number > most) most = number;
    let sum = 0;
    let bases = 0;
    for (let stand = start; stand < stop; stand++) {
      sum += outputs[places[stand]!]!;
      bases += force.base ? force.base[places[stand]!]! : 0;
    }
    means[column] = sum / number;
    base[column] = force.base ? bases / number : (header.base ?? 0);
  }
  for (let feature = 0; feature < stored.length; feature++) {
    const [values, low, scale] = [stored[feature]!, header.lows[feature]!, header.scales[feature]!];
    if (feature < shown) {
      const band = bands[feature]!;
      for (let column = 0; column < count; column++) {
        const [start, stop] = [ends[column]!, until(column)];
        let sum = 0;
        for (let stand = start; stand < stop; stand++) sum += values[places[stand]!]!;
        band[column] = low + (scale * sum) / (stop - start);
      }
      continue;
    }
    const [raising, lowering] = [bands[shown]!, bands[shown + 1]!];
    for (let column = 0; column < count; column++) {
      const [start, stop] = [ends[column]!, until(column)];
      for (let stand = start; stand < stop; stand++) {
        const value = low + scale * values[places[stand]!]!;
        if (value > 0) raising[column]! += value / (stop - start);
        else lowering[column]! += value / (stop - start);
      }
    }
  }
  return { count, bands, outputs: means, base, range: rangeOf(bands, means, base), rows: most } satisfies Columns;
}

function rangeOf(bands: Float32Array[], outputs: Float32Array, base: Float32Array): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < outputs.length; column++) {
    let down = outputs[column]!;
    let up = down;
    for (const band of bands) {
      const value = band[column]!;
      if (value > 0) down -= value;
      else up -= value;
    }
    low = Math.min(low, down, base[column]!);
    high = Math.max(high, up, base[column]!);
  }
  return [low, high];
}

/** The mean output of the rows that stand from one place to another. */
export function meanOutput({ outputs }: Force, chosen: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const place of chosen) {
    sum += outputs[place]!;
    count += 1;
  }
  return count ? sum / count : Number.NaN;
}

/** Where no value of any row is other than zero. */
export const isAllZero = (force: Force): boolean =>
  force.header.strength.every((strength) => strength === 0) &&
  force.stored.every((_, column) => force.count === 0 || valueAt(force, column, 0) === 0);
