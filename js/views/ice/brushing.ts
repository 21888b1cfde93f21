// Which curves pass through which boxes.
import type { Bundle } from "../../lib/ice_curves";
import type { Brush } from "../../lib/ice_state";

type Box = Pick<Brush, "x" | "y">;

/**
 * One mark for each curve: whether any part of its polyline lies in the box. Between two places of x a polyline takes
 * every value between its lowest and its highest one there, so these two decide.
 */
export function passing({ count, x, values }: Bundle, { x: [left, right], y: [bottom, top] }: Box): Uint8Array {
  const marks = new Uint8Array(count);
  const points = x.length;
  const from = Math.max(left, x[0]!);
  const to = Math.min(right, x[points - 1]!);
  if (!(from <= to)) return marks;
  let first = 0; // the points that lie in the box's columns
  while (first < points && x[first]! < from) first++;
  let last = points - 1;
  while (last >= 0 && x[last]! > to) last--;
  const entering = first > 0 ? shareOf(x, first - 1, from) : 0;
  const leaving = last < points - 1 ? shareOf(x, last, to) : 0;
  for (let curve = 0, offset = 0; curve < count; curve++, offset += points) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let index = offset + first; index <= offset + last; index++) {
      const value = values[index]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (first > 0) {
      const value = between(values, offset + first - 1, entering);
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (last < points - 1) {
      const value = between(values, offset + last, leaving);
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (low <= top && high >= bottom) marks[curve] = 1;
  }
  return marks;
}

const shareOf = (x: Float64Array, left: number, at: number) => (at - x[left]!) / (x[left + 1]! - x[left]!);

const between = (values: Float64Array, left: number, share: number) =>
  values[left]! + (values[left + 1]! - values[left]!) * share;

/** The first brush starts the set; each further one intersects it, is united with it or taken away from it. */
export function brushed(bundle: Bundle, brushes: readonly Brush[]): Uint8Array {
  let marks: Uint8Array | null = null;
  for (const brush of brushes) {
    const now = passing(bundle, brush);
    if (marks) combine(marks, now, brush.op);
    else marks = now;
  }
  return marks ?? new Uint8Array(bundle.count);
}

function combine(marks: Uint8Array, now: Uint8Array, op: Brush["op"]): void {
  for (let curve = 0; curve < marks.length; curve++) {
    if (op === "or") marks[curve]! |= now[curve]!;
    else marks[curve]! &= op === "not" ? 1 - now[curve]! : now[curve]!;
  }
}

const inOrder = new WeakMap<Uint32Array, Int32Array>();

/** For each position up to the last one, which curve is that row's; -1 where it has none. */
function curvesByRow(rows: Uint32Array): Int32Array {
  let curves = inOrder.get(rows);
  if (!curves) {
    const last = rows.reduce((most, row) => (row > most ? row : most), 0);
    curves = new Int32Array(last + 1).fill(-1);
    for (let curve = 0; curve < rows.length; curve++) curves[rows[curve]!] = curve;
    inOrder.set(rows, curves);
  }
  return curves;
}

/** The positions of the marked curves, sorted. */
export function rowsOf(marks: Uint8Array, rows: Uint32Array): Uint32Array {
  const found = new Uint32Array(countOf(marks));
  const curves = curvesByRow(rows);
  for (let row = 0, number = 0; number < found.length; row++) {
    if (curves[row]! >= 0 && marks[curves[row]!]) found[number++] = row;
  }
  return found;
}

/** The marks of the curves whose rows are named. */
export function marksOf(selection: Uint32Array, rows: Uint32Array): Uint8Array {
  const marks = new Uint8Array(rows.length);
  if (!selection.length) return marks;
  const curves = curvesByRow(rows);
  for (const row of selection) if (curves[row]! >= 0) marks[curves[row]!] = 1;
  return marks;
}

/** Keep the marks that others share. */
export function both(marks: Uint8Array, others: Uint8Array): Uint8Array {
  return marks.map((mark, curve) => mark & others[curve]!);
}

export function countOf(marks: Uint8Array): number {
  let count = 0;
  for (const mark of marks) count += mark;
  return count;
}

/** The marked curve nearest to a place, within reach; -1 where none is. */
export function nearest(
  { count, x }: Bundle,
  marks: Uint8Array,
  heightOf: (offset: number) => number,
  y: number,
  reach: number,
): number {
  let found = -1;
  let best = reach;
  for (let curve = 0; curve < count; curve++) {
    if (!marks[curve]) continue;
    const distance = Math.abs(heightOf(curve * x.length) - y);
    if (distance > best) continue;
    best = distance;
    found = curve;
  }
  return found;
}
