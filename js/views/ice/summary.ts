// What many curves have in common: their mean and their percentiles, point by point.
import type { Bundle } from "../../lib/ice_curves";

/** The mean of the marked curves; null where there are none. */
export function meanOf({ count, x, values }: Bundle, marks: Uint8Array): Float64Array | null {
  const sums = new Float64Array(x.length);
  let number = 0;
  for (let curve = 0; curve < count; curve++) {
    if (!marks[curve]) continue;
    number++;
    const offset = curve * x.length;
    for (let point = 0; point < x.length; point++) sums[point]! += values[offset + point]!;
  }
  return number ? sums.map((sum) => sum / number) : null;
}

/** The values that `share` of the curves do not exceed, point by point, between ranks in proportion. */
export function percentileOf({ count, x, values }: Bundle, share: number): Float64Array {
  const column = new Float64Array(count);
  return Float64Array.from(x, (_, point) => {
    for (let curve = 0; curve < count; curve++) column[curve] = values[curve * x.length + point]!;
    const rank = share * (count - 1);
    const below = Math.floor(rank);
    const value = select(column, below);
    if (below === rank) return value;
    let next = Number.POSITIVE_INFINITY;
    for (let index = below + 1; index < count; index++) if (column[index]! < next) next = column[index]!;
    return value + (next - value) * (rank - below);
  });
}

/** Hoare's selection: the value of a rank; what is smaller stands before it afterwards, what is larger behind. */
function select(column: Float64Array, rank: number): number {
  let [left, right] = [0, column.length - 1];
  while (left < right) {
    const pivot = column[rank]!;
    let [low, high] = [left, right];
    while (low <= high) {
      while (column[low]! < pivot) low++;
      while (column[high]! > pivot) high--;
      if (low > high) break;
      [column[low], column[high]] = [column[high]!, column[low]!];
      low++;
      high--;
    }
    if (high < rank) left = low;
    if (low > rank) right = high;
  }
  return column[rank]!;
}

export function extentOf(...parts: (ArrayLike<number> | null)[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const part of parts) {
    for (let index = 0; part && index < part.length; index++) {
      const value = part[index]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** The standard error of the mean of so many of `total` rows, point by point: nothing when all of them are there. */
export function standardErrorOf({ count, x, values }: Bundle, total: number): Float64Array | null {
  if (count < 2) return null;
  return Float64Array.from(x, (_, point) => {
    let [sum, squares] = [0, 0];
    for (let index = point; index < values.length; index += x.length) sum += values[index]!;
    for (let index = point; index < values.length; index += x.length) squares += (values[index]! - sum / count) ** 2;
    return Math.sqrt((squares / (count - 1) / count) * Math.max(0, 1 - count / total));
  });
}
