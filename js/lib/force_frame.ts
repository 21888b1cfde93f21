// The values of many rows, decoded and checked, and what is known of one of them.
import { bisectLeft } from "d3-array";
import { type ShapHeader, toShapHeader } from "./shap_state";
import type { Frame } from "./wire";

/** What is known of one row: its strongest features, the strongest first, and what the others add up to. */
export interface RowRecord {
  /** Position in X. */
  row: number;
  output_of: number;
  base: number | null;
  /** What base value and values add up to. */
  value: number;
  /** Positions among the header's features. */
  features: number[];
  values: number[];
  errors: number[] | null;
  data: (number | string | null)[];
  rest: { raising: number; raised: number; lowering: number; lowered: number };
}

export interface ForceHeader extends ShapHeader {
  /** Positions of the features that were sent each by itself, the strongest first. */
  columns: number[];
  lows: number[];
  scales: number[];
  /** Mean magnitude of each feature. */
  strength: number[];
  /** How many rows were sent. */
  sent: number;
  /** Where it is one for all rows. */
  base: number | null;
  base_known: boolean;
  /** Of each column: words that its data count, or null for numbers; null where no data were sent. */
  levels: (string[] | null)[] | null;
  has_data: boolean;
  /** Where there is one row alone. */
  row: RowRecord | null;
}

export interface Force {
  header: ForceHeader;
  count: number;
  /** Positions in X, ascending. */
  rows: Uint32Array;
  /** One for each column, then what raises and what lowers among the joined features. */
  stored: Uint16Array[];
  outputs: Float32Array;
  base: Float32Array | null;
  data: Float32Array[] | null;
}

/** How the kernel has the rows stand. */
export interface Ordering {
  job: number;
  output: number;
  order: string;
  places: Uint32Array;
}

export function toForce(frame: Frame): Force {
  const header = toShapHeader<ForceHeader>(frame);
  const { columns, sent: count } = header;
  const fields = columns.length + 2;
  const values = frame.fields.get("values")?.data;
  const outputs = frame.fields.get("outputs")?.data;
  if (!(values instanceof Uint16Array) || values.length !== fields * count || header.lows.length !== fields) {
    throw new Error(`A frame carries no values of ${columns.length} features and ${count} rows.`);
  }
  if (!(outputs instanceof Float32Array) || outputs.length !== count) throw new Error("A frame lacks the outputs.");
  const rows = frame.fields.get("rows")?.data;
  const base = frame.fields.get("base")?.data;
  const data = frame.fields.get("data")?.data;
  return {
    header,
    count,
    rows: rows instanceof Uint32Array ? rows : Uint32Array.from({ length: count }, (_, row) => row),
    stored: Array.from({ length: fields }, (_, column) => values.subarray(column * count, (column + 1) * count)),
    outputs,
    base: base instanceof Float32Array ? base : null,
    data:
      data instanceof Float32Array && data.length === columns.length * count
        ? columns.map((_, column) => data.subarray(column * count, (column + 1) * count))
        : null,
  };
}

export function toOrdering(frame: Frame | null): Ordering | null {
  const places = frame?.fields.get("order")?.data;
  if (!frame || !(places instanceof Uint32Array)) return null;
  const { job, output, order } = frame.header;
  return { job: Number(job), output: Number(output), order: String(order), places };
}

export const valueAt = ({ header, stored }: Force, column: number, at: number): number =>
  header.lows[column]! + header.scales[column]! * stored[column]![at]!;

/** The base value of a row; 0 where it is not known, and the axis counts from there. */
export const baseAt = ({ header, base }: Force, at: number): number => base?.[at] ?? header.base ?? 0;

/** What the page knows of a row by itself. */
export function recordAt(force: Force, at: number): RowRecord {
  const { header, data } = force;
  const found = header.columns.map((feature, column) => ({ feature, column, value: valueAt(force, column, at) }));
  found.sort((one, other) => Math.abs(other.value) - Math.abs(one.value));
  const joined = header.features.length - header.columns.length;
  const [raised, lowered] = [valueAt(force, header.columns.length, at), valueAt(force, header.columns.length + 1, at)];
  return {
    row: force.rows[at]!,
    output_of: header.output,
    base: header.base_known ? baseAt(force, at) : null,
    value: force.outputs[at]!,
    features: found.map(({ feature }) => feature),
    values: found.map(({ value }) => value),
    errors: null,
    data: found.map(({ column }) => (data ? dataAt(force, column, at) : null)),
    rest: { raising: joined && raised ? joined : 0, raised, lowering: joined && lowered ? joined : 0, lowered },
  };
}

function dataAt({ header, data }: Force, column: number, at: number): number | string | null {
  const value = data![column]![at]!;
  const levels = header.levels?.[column];
  if (Number.isNaN(value)) return null;
  return levels ? (levels[value] ?? null) : value;
}

/** Where a row of X is among those that were sent; -1 where it was not. */
export function placeOfRow({ rows, count }: Force, row: number): number {
  const place = bisectLeft(rows, row, 0, count);
  return rows[place] === row ? place : -1;
}
