// Frames of waterfalls as the kernel makes them.
import type { WaterfallHeader } from "../../js/lib/waterfall_frame";
import type { Range, WaterfallTraits } from "../../js/lib/waterfall_state";
import type { FrameRecord } from "./fake";

export const features = ["temp", "hum", "season", "wind", "work"];

interface Numbers {
  values: number[];
  errors?: number[];
  before?: number[];
}

/** From 100 over +30, -20, +10, -5 and 0 to 115. */
export function waterfallFrame(
  changes: Partial<WaterfallHeader> = {},
  { values, errors, before }: Numbers = { values: [30, -20, 10, -5, 0] },
): FrameRecord {
  const header: WaterfallHeader = {
    job: 1,
    sequence: 1,
    finished: true,
    done: 1,
    total: 1,
    unit: "row",
    features,
    output: 0,
    outputs: ["rentals"],
    of_classes: false,
    units: "score",
    background: { kind: "drawn", rows: 100, of: 400 },
    method: "ExactSHAP",
    gap: 0,
    n_rows: 400,
    index: 7,
    base: 100,
    prediction: 100 + values.reduce((sum, value) => sum + value, 0),
    row: [21.5, 0.6, "summer", 12, "True"],
    what_if: {},
    prediction_before: null,
    ...changes,
  };
  const arrays = Object.entries({ values, errors, before }).filter((entry): entry is [string, number[]] => !!entry[1]);
  return {
    header: { version: 1, ...header },
    arrays: arrays.map(([name, array]) => ({ name, dtype: "float64", shape: [array.length], scale: null })),
    buffers: arrays.map(([, array]) => new DataView(Float64Array.from(array).buffer)),
  };
}

export const ranges: Range[] = [
  { kind: "number", low: -5, high: 35, whole: false, missing: true },
  { kind: "number", low: 0.2, high: 1, whole: false, missing: false },
  { kind: "category", options: ["spring", "summer", "winter"], missing: false },
  { kind: "number", low: 0, high: 40, whole: true, missing: false },
  { kind: "category", options: ["False", "True"], missing: false },
];

export function waterfallTraits(changes: Partial<WaterfallTraits> = {}): WaterfallTraits {
  return {
    index: 7,
    what_if: {},
    output: null,
    seed: 0,
    max_display: 10,
    selection: new DataView(new ArrayBuffer(0)),
    hover: null,
    language: "en",
    status: "done",
    job: 1,
    feature_names: features,
    output_names: ["rentals"],
    n_rows: 400,
    ranges,
    code: "xw.WaterfallPlot(model, X, index=7)",
    error: null,
    notice: "",
    ...changes,
  };
}
