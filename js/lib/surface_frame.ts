// A surface over two features, decoded and checked.
import type { Frame } from "./wire";

/** A number, or the name of a category. */
export type Coordinate = number | string;

export interface SurfaceHeader {
  job: number;
  sequence: number;
  finished: boolean;
  done: number;
  total: number;
  /** The one across, the one up. */
  features: [string, string];
  /** Ascending numbers, or the names of categories. */
  axes: [number[] | string[], number[] | string[]];
  /** Whether there are whole numbers alone. */
  whole: [boolean, boolean];
  /** The middle of the data. */
  middle: [Coordinate, Coordinate];
  /** Where fewer rows are near, there are few. */
  least: number;
  low: number;
  label: string;
  target_name: string | null;
  /** The largest of all points. */
  standard_error: number | null;
  method: string | null;
}

export interface Axis {
  name: string;
  /** Of the categories; null where it is of numbers. */
  names: string[] | null;
  /** Whether there are whole numbers alone, and nothing between its points. */
  whole: boolean;
  /** Where its points lie: numbers at their value, categories side by side. */
  places: Float64Array;
}

export interface Surface {
  header: SurfaceHeader;
  x: Axis;
  y: Axis;
  /** Those of one place across stand together. */
  values: Float64Array;
  /** How many rows are near each point. */
  near: Uint32Array;
  /** Places of some rows, across and up in turns. */
  dots: Float32Array | Float64Array;
  /** Lowest and highest value. */
  range: [number, number];
}

export function toSurface(frame: Frame): Surface {
  const header = frame.header as unknown as SurfaceHeader;
  for (const name of ["job", "sequence", "done", "total", "low", "least"] as const) {
    if (!Number.isFinite(header[name])) throw new Error(`A frame's header lacks "${name}".`);
  }
  for (const name of ["features", "axes", "whole", "middle"] as const) {
    if (!Array.isArray(header[name]) || header[name].length !== 2) {
      throw new Error(`A frame's header lacks "${name}".`);
    }
  }
  const [x, y] = header.features.map((name, side) => toAxis(name, header.axes[side], header.whole[side]!)) as [
    Axis,
    Axis,
  ];
  const count = x.places.length * y.places.length;
  const field = frame.fields.get("surface");
  const near = frame.fields.get("near")?.data;
  const dots = frame.fields.get("dots")?.data;
  if (!(field?.data instanceof Uint16Array) || count === 0 || field.data.length !== count) {
    throw new Error(`A frame carries no surface of ${x.places.length} by ${y.places.length} points.`);
  }
  if (!(near instanceof Uint32Array) || near.length !== count) throw new Error("A frame lacks the rows near a point.");
  if (!(dots instanceof Float32Array || dots instanceof Float64Array)) {
    throw new Error("A frame lacks the places of rows.");
  }
  const values = Float64Array.from(field.data, (stored) => header.low + stored * field.scale);
  return { header, x, y, values, near, dots, range: extentOf(values) };
}

function toAxis(name: string, values: unknown, whole: boolean): Axis {
  if (!Array.isArray(values)) throw new Error(`The axis "${name}" has no values.`);
  const names = values.every((value) => typeof value === "string") ? (values as string[]) : null;
  const places = Float64Array.from(values, (value, index) => (names ? index : Number(value)));
  if (!places.every(Number.isFinite)) throw new Error(`The axis "${name}" has values that are no numbers.`);
  return { name, names, whole, places };
}

function extentOf(values: Float64Array): [number, number] {
  let [low, high] = [values[0]!, values[0]!];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
