// Frames of importances as the kernel makes them.
import type { ImportanceHeader } from "../../js/lib/importance_frame";
import type { ImportanceTraits } from "../../js/lib/importance_state";
import type { FrameRecord } from "./fake";

const features = ["age", "bmi", "bp", "s5"];

/** The larger its position, the more a feature counts: 1, 2, 4 and so on, and of the selected rows half as much. */
export function importanceFrame(changes: Partial<ImportanceHeader> = {}): FrameRecord {
  const header: ImportanceHeader = {
    job: 1,
    sequence: 1,
    finished: true,
    done: 200,
    total: 200,
    unit: "row",
    features,
    output: 0,
    outputs: [""],
    of_classes: false,
    units: "score",
    background: null,
    method: "TreeSHAP",
    gap: 0,
    n_rows: 200,
    sampled: false,
    rows: [200],
    n_selected: 0,
    ...changes,
  };
  const count = header.features.length;
  const groups = header.rows.map((_, group) => header.features.map((_, feature) => 2 ** (feature - group)));
  const mean = groups.flat();
  const rest = groups.flatMap((means) => means.map((_, place) => 2 * means[count - 1 - place]! - means[0]!));
  const numbers = { mean, error: mean.map((value) => value / 20), rest, rest_error: rest.map((value) => value / 20) };
  const order = Uint32Array.from(header.features.keys()).reverse();
  return {
    header: { version: 1, ...header },
    arrays: [
      { name: "order", dtype: "uint32", shape: [count], scale: null },
      ...Object.keys(numbers).map((name) => ({ name, dtype: "float64", shape: [groups.length, count], scale: null })),
    ],
    buffers: [order, ...Object.values(numbers).map((values) => Float64Array.from(values))].map(
      (array) => new DataView(array.buffer),
    ),
  };
}

export function importanceTraits(changes: Partial<ImportanceTraits> = {}): ImportanceTraits {
  return {
    output: null,
    max_display: 10,
    selection: new DataView(new ArrayBuffer(0)),
    hover: null,
    index: null,
    seed: 0,
    feature: null,
    language: "en",
    status: "done",
    job: 1,
    feature_names: features,
    output_names: [],
    n_rows: 200,
    error: null,
    code: "xw.ImportancePlot(explanation)",
    notice: "",
    ...changes,
  };
}
