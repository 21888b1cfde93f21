// Frames of Shapley values as the kernel makes them.
import type { ForceHeader, RowRecord } from "../../js/lib/force_frame";
import type { ForceTraits } from "../../js/lib/force_state";
import type { FrameRecord } from "./fake";

export const names = ["temp", "hum", "wind", "<b>season</b>"];

/** Values of feature f in row r; the first feature is the strongest. */
export const valueIn = (row: number, feature: number, rows: number) =>
  feature === 0 ? (row / (rows - 1 || 1)) * 4 - 2 : feature === 1 ? (row % 2 ? 1 : -1) : feature === 2 ? 0.3 : 0;

/** Rows whose first feature goes from -2 to 2; a base value of 0.5. */
export function forceFrame(rows = 40, changes: Partial<ForceHeader> = {}, value = valueIn): FrameRecord {
  const columns = [...(changes.features ?? names).keys()];
  const table = columns.map((feature) => Array.from({ length: rows }, (_, row) => value(row, feature, rows)));
  table.push(new Array(rows).fill(0), new Array(rows).fill(0));
  const lows = table.map((values) => Math.min(...values));
  const scales = table.map((values, column) => (Math.max(...values) - lows[column]!) / 65535);
  const stored = Uint16Array.from(
    table.flatMap((values, column) =>
      values.map((one) => (scales[column] ? Math.round((one - lows[column]!) / scales[column]!) : 0)),
    ),
  );
  const outputs = Float32Array.from({ length: rows }, (_, row) =>
    table.reduce((sum, values) => sum + values[row]!, 0.5),
  );
  const data = Float32Array.from(
    columns.flatMap((feature) => Array.from({ length: rows }, (_, row) => 100 * feature + row)),
  );
  const header: ForceHeader = {
    job: 1,
    sequence: 1,
    finished: true,
    done: rows,
    total: rows,
    unit: "row",
    features: names,
    output: 0,
    outputs: ["rain"],
    of_classes: false,
    units: "log_odds",
    background: { kind: "all", rows: 100, of: null },
    method: "TreeSHAP",
    gap: 2e-15,
    n_rows: rows,
    columns,
    lows,
    scales,
    strength: table.slice(0, -2).map((values) => values.reduce((sum, one) => sum + Math.abs(one), 0) / rows),
    sent: rows,
    base: 0.5,
    base_known: true,
    levels: columns.map(() => null),
    has_data: true,
    row: null,
    ...changes,
  };
  return {
    header: { version: 1, ...header },
    arrays: [
      { name: "values", dtype: "uint16", shape: [columns.length + 2, rows], scale: null },
      { name: "outputs", dtype: "float32", shape: [rows], scale: null },
      { name: "data", dtype: "float32", shape: [columns.length, rows], scale: null },
    ],
    buffers: [stored, outputs, data].map((array) => new DataView(array.buffer)),
  };
}

export function orderingFrame(places: number[], changes: Record<string, unknown> = {}): FrameRecord {
  return {
    header: { version: 1, job: 1, output: 0, order: "similarity", ...changes },
    arrays: [{ name: "order", dtype: "uint32", shape: [places.length], scale: null }],
    buffers: [new DataView(Uint32Array.from(places).buffer)],
  };
}

/** One row of many features: nine raise, four lower. */
export function record(changes: Partial<RowRecord> = {}): RowRecord {
  const values = [2.5, -1.5, 1.25, 0.75, -0.5, 0.4, 0.3, 0.25, -0.2, 0.1, 0.05, 0.02, -0.01];
  return {
    row: 0,
    output_of: 0,
    base: -1,
    value: -1 + values.reduce((sum, value) => sum + value, 0),
    features: values.map((_, feature) => feature),
    values,
    errors: null,
    data: values.map((_, feature) => (feature === 3 ? null : feature === 4 ? "a <i>word</i>" : feature * 1.5)),
    rest: { raising: 0, raised: 0, lowering: 0, lowered: 0 },
    ...changes,
  };
}

export function rowFrame(changes: Partial<ForceHeader> = {}, row = record()): FrameRecord {
  const features = row.values.map((_, feature) => `a rather long feature name ${feature}`);
  const frame = forceFrame(1);
  const header = { ...frame.header, features, columns: [0, 1, 2, 3], row, ...changes };
  return { ...frame, header } as unknown as FrameRecord;
}

export function forceTraits(changes: Partial<ForceTraits> = {}): ForceTraits {
  return {
    output: null,
    max_display: 10,
    selection: new DataView(new ArrayBuffer(0)),
    hover: null,
    index: null,
    seed: 0,
    link: "identity",
    order: "output",
    language: "en",
    status: "done",
    job: 1,
    feature_names: names,
    output_names: ["rain"],
    n_rows: 40,
    code: "xw.ForcePlot(explanation)",
    opened: null,
    pointed: null,
    error: null,
    notice: "",
    ...changes,
  };
}
