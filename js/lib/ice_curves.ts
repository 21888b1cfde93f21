// One curve per row, decoded and checked; and as they are drawn, centred or not.
import type { RowColoursHeader } from "./row_colours";
import type { Field, Frame } from "./wire";

export interface CurvesHeader {
  job: number;
  sequence: number;
  /** Of effects, or averages alone, there is one line, the mean, and no curve. */
  content: "curves" | "average" | "effects";
  finished: boolean;
  done: number;
  total: number;
  /** How many curves of this job came before these. */
  first: number;
  feature: string;
  feature_kind: "numeric" | "category";
  grid: (number | string)[];
  low: number;
  label: string;
  target_name: string | null;
  mean: number[];
  standard_error: number[] | null;
  few: boolean[];
  histogram: { edges?: number[]; counts: number[] };
  /** How they were computed; null where nothing is known of it. */
  method: string | null;
  /** What the colours of the rows mean. */
  colors: RowColoursHeader | null;
}

/** Curves over common points, row after row. */
export interface Bundle {
  count: number;
  x: Float64Array;
  values: Float64Array;
}

export interface Curves extends Bundle {
  header: CurvesHeader;
  /** Position in X of each curve; without curves, of the rows that the line is of. */
  rows: Uint32Array;
  /** The code of each one's colour. */
  colors: Uint8Array | null;
  /** Each row's own value of the feature, on the axis; NaN where it is missing. */
  own: Float64Array;
}

export function toCurves(frame: Frame): Curves {
  const header = frame.header as unknown as CurvesHeader;
  for (const name of ["job", "sequence", "done", "total", "first", "low"] as const) {
    if (!Number.isFinite(header[name])) throw new Error(`A frame's header lacks "${name}".`);
  }
  for (const name of ["grid", "mean", "few"] as const) {
    if (!Array.isArray(header[name])) throw new Error(`A frame's header lacks "${name}".`);
  }
  const rows = frame.fields.get("rows")?.data;
  const own = frame.fields.get("own")?.data;
  const values = header.content !== "curves" ? new Float64Array() : valuesOf(frame.fields.get("curves"), header);
  const points = header.grid.length;
  if (points === 0 || points !== header.mean.length) {
    throw new Error(`A mean of ${header.mean.length} points came with a grid of ${points}.`);
  }
  const count = header.content !== "curves" ? (rows?.length ?? 0) : values.length / points;
  if (!(rows instanceof Uint32Array) || rows.length !== count || own?.length !== count) {
    throw new Error(`${count} curves came without a row for each.`);
  }
  const colors = frame.fields.get("colors")?.data;
  return {
    header,
    count,
    x: Float64Array.from(header.grid, (point, index) => (header.feature_kind === "category" ? index : Number(point))),
    values,
    rows,
    colors: header.colors && colors instanceof Uint8Array && colors.length === count ? colors : null,
    own: Float64Array.from(own),
  };
}

/** Whether the page has only a sample of the curves that are done. */
export const isSample = ({ count, header }: Curves) => header.content === "curves" && count < header.done;

/** Curves, and those that follow them; the newer ones know more of the whole. */
export function joined(before: Curves, after: Curves): Curves {
  return {
    ...after,
    count: before.count + after.count,
    values: concatenated(Float64Array, before.values, after.values),
    rows: concatenated(Uint32Array, before.rows, after.rows),
    own: concatenated(Float64Array, before.own, after.own),
    colors: before.colors && after.colors && concatenated(Uint8Array, before.colors, after.colors),
  };
}

function concatenated<Kind extends Float64Array | Uint8Array | Uint32Array>(
  Kind: new (length: number) => Kind,
  before: Kind,
  after: Kind,
): Kind {
  const whole = new Kind(before.length + after.length);
  whole.set(before);
  whole.set(after, before.length);
  return whole;
}

function valuesOf(field: Field | undefined, { low, grid }: CurvesHeader): Float64Array {
  if (field?.shape.length !== 2 || !(field.data instanceof Uint16Array)) {
    throw new Error("A frame carries no curves of two dimensions.");
  }
  if (field.shape[1] !== grid.length) {
    throw new Error(`Curves of ${field.shape[1]} points came with a grid of ${grid.length}.`);
  }
  const { data, scale } = field;
  const values = new Float64Array(data.length);
  for (let index = 0; index < data.length; index++) values[index] = low + data[index]! * scale;
  return values;
}

/** Where centred curves meet: within the grid, its first point unless one is given. */
export function anchorOf({ x }: Bundle, anchor: number | null): number {
  const [first, last] = [x[0]!, x[x.length - 1]!];
  return anchor === null ? first : Math.min(last, Math.max(first, anchor));
}

export interface Place {
  left: number;
  /** The way from the left point to the next, 0 to 1. */
  share: number;
}

/** Where a value lies between the points. */
export function placeIn(x: Float64Array, value: number): Place {
  let left = 0;
  while (left < x.length - 2 && value >= x[left + 1]!) left++;
  const span = x.length > 1 ? x[left + 1]! - x[left]! : 0;
  return { left, share: span > 0 ? Math.min(1, Math.max(0, (value - x[left]!) / span)) : 0 };
}

/** Read a curve that starts at `offset` among the values. */
export function readAt(values: ArrayLike<number>, offset: number, { left, share }: Place): number {
  const from = values[offset + left]!;
  return share === 0 ? from : from + (values[offset + left + 1]! - from) * share;
}

const kept = new WeakMap<Curves, { anchor: number; bundle: Bundle }>();

/** The curves as they are drawn: centred ones are differences from their value at the anchor. */
export function drawnOf(curves: Curves, centered: boolean, anchor: number | null): Bundle {
  if (!centered) return curves;
  const at = anchorOf(curves, anchor);
  const made = kept.get(curves);
  if (made?.anchor === at) return made.bundle;
  const bundle = centre(curves, placeIn(curves.x, at));
  kept.set(curves, { anchor: at, bundle });
  return bundle;
}

function centre({ count, x, values }: Bundle, place: Place): Bundle {
  const moved = new Float64Array(values.length);
  const points = x.length;
  for (let offset = 0; offset < count * points; offset += points) {
    const zero = readAt(values, offset, place);
    for (let index = offset; index < offset + points; index++) moved[index] = values[index]! - zero;
  }
  return { count, x, values: moved };
}

/** The positions that a selection names; the wire is little-endian, as every browser's machine is. */
export function readSelection(selection: unknown): Uint32Array {
  if (selection instanceof ArrayBuffer) return new Uint32Array(selection, 0, selection.byteLength >> 2);
  if (!ArrayBuffer.isView(selection)) return new Uint32Array();
  const { buffer, byteOffset, byteLength } = selection;
  const octets = byteOffset % 4 ? buffer.slice(byteOffset, byteOffset + byteLength) : buffer;
  return new Uint32Array(octets as ArrayBuffer, byteOffset % 4 ? 0 : byteOffset, byteLength >> 2);
}

export function writeSelection(rows: Uint32Array): DataView {
  return new DataView(rows.slice().buffer);
}
