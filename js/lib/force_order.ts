// In which order the rows stand, and what they look like on so many columns of pixels.
import { type Force, type Ordering, placeOfRow, valueAt } from "./force_frame";

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
  if (wanted === "output" || count < 2) return { places: sorted(outputs), found: true };
  const { job, output } = header;
  if (ordering?.order === wanted && ordering.job === job && ordering.output === output) {
    if (ordering.places.length === count) return { places: ordering.places, found: true };
  }
  const column = header.columns.indexOf(header.features.indexOf(wanted));
  if (data && column >= 0) return { places: sorted(data[column]!), found: true };
  return { places: sorted(outputs), found: false };
}

const MOST = 2 ** 20; // rows: a key of 32 bits and a place of 20 are one number without loss

/** Places by ascending keys, what is missing last: sorted as plain numbers, which takes a tenth of the time. */
function sorted(keys: Float32Array): Uint32Array {
  const bits = new Uint32Array(keys.length);
  new Float32Array(bits.buffer).set(keys);
  const joined = Float64Array.from(bits, (bit, place) => {
    const ascending = bit >>> 31 && (bit & 0x7fffffff) <= 0x7f800000 ? ~bit >>> 0 : (bit | 0x80000000) >>> 0;
    return ascending * MOST + place;
  });
  return Uint32Array.from(joined.sort(), (key) => key % MOST);
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
  const last = places.length - 1;
  const ends = Uint32Array.from({ length: count + 1 }, (_, column) => Math.floor(from + column * share + 1e-9));
  const first = (column: number) => Math.min(last, ends[column]!);
  const until = (column: number) => Math.max(first(column) + 1, Math.min(last + 1, ends[column + 1]!));
  const bands = Array.from({ length: shown + 2 }, () => new Float32Array(count));
  const means = new Float32Array(count);
  const base = new Float32Array(count);
  let most = 1;
  for (let column = 0; column < count; column++) {
    const [start, stop] = [first(column), until(column)];
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
        const [start, stop] = [first(column), until(column)];
        let sum = 0;
        for (let stand = start; stand < stop; stand++) sum += values[places[stand]!]!;
        band[column] = low + (scale * sum) / (stop - start);
      }
      continue;
    }
    const [raising, lowering] = [bands[shown]!, bands[shown + 1]!];
    for (let column = 0; column < count; column++) {
      const [start, stop] = [first(column), until(column)];
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

export interface Chosen {
  /** Whether each row that was sent is selected. */
  marks: Uint8Array;
  count: number;
  meanOutput: number;
}

/** The rows that a selection names, among those that were sent. */
export function chosenOf(force: Force, selection: Uint32Array): Chosen {
  const marks = new Uint8Array(force.count);
  let count = 0;
  let sum = 0;
  for (const row of selection) {
    const place = placeOfRow(force, row);
    if (place < 0) continue;
    marks[place] = 1;
    count += 1;
    sum += force.outputs[place]!;
  }
  return { marks, count, meanOutput: sum / count };
}

/** Where a row of X stands; null where it was not sent. */
export function standOf(force: Force, { places }: Order, row: number | null): number | null {
  const place = row === null ? -1 : placeOfRow(force, row);
  return place < 0 ? null : places.indexOf(place);
}

/** Where no value of any row is other than zero. */
export const isAllZero = (force: Force): boolean =>
  force.header.strength.every((strength) => strength === 0) &&
  force.stored.every((_, column) => force.count === 0 || valueAt(force, column, 0) === 0);
