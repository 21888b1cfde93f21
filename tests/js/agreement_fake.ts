// Frames of several methods as the kernel makes them.
import type { AgreementHeader, Method, MethodName } from "../../js/lib/agreement_frame";
import type { AgreementTraits } from "../../js/lib/agreement_state";
import type { FrameRecord } from "./fake";

export const features = ["age", "bmi", "bp", "s5"];

const shares = [
  [0.5, -0.3, 0.2, 0],
  [0.4, 0.4, 0.1, 0.1],
  [0.6, -0.2, 0.15, -0.05],
];

export const method = (name: MethodName, changes: Partial<Method> = {}): Method => ({
  name,
  explainer: { shap: "ExactSHAP", lime: "LIMETabular", gradient_x_input: "GradientXInput" }[name],
  units: "score",
  done: 1,
  total: 1,
  unit: { shap: "row", lime: "sample", gradient_x_input: "pass" }[name],
  finished: true,
  sampled: name === "lime",
  fit: name === "lime" ? 0.8 : null,
  background: name === "shap" ? { kind: "all", rows: 100, of: null } : null,
  ...changes,
});

/** SHAP, LIME and the gradient of four features; LIME disagrees on the sign of bmi. */
export function agreementFrame(changes: Partial<AgreementHeader> = {}): FrameRecord {
  const methods = changes.methods ?? [method("shap"), method("lime"), method("gradient_x_input")];
  const header: AgreementHeader = {
    job: 1,
    sequence: 1,
    finished: true,
    done: 3000,
    total: 3000,
    features,
    row: [59, 32.1, 101, null],
    index: 3,
    asked: ["shap", "lime", "gradient_x_input"],
    methods,
    refused: [],
    of_classes: false,
    target_name: null,
    prediction: 0.475,
    units: "score",
    pairs: [
      { first: 0, second: 1, spearman: 0.8, kendall: 0.67, same_sign: 2, signed: 3 },
      { first: 0, second: 2, spearman: 1, kendall: 1, same_sign: 3, signed: 3 },
      { first: 1, second: 2, spearman: -0.2, kendall: null, same_sign: 2, signed: 4 },
    ].filter(({ second }) => second < methods.length),
    disagreements: methods.length > 1 ? [{ feature: 1, first: 0, second: 1, kind: "sign" }] : [],
    ...changes,
  };
  const rows = shares.slice(0, methods.length);
  const padded = (row: number[]) => header.features.map((_, index) => row[index] ?? 0);
  const numbers = {
    shares: rows.flatMap(padded),
    errors: rows.flatMap((_, index) => header.features.map(() => (index === 1 ? 0.02 : 0))),
    ranks: rows.flatMap(() => header.features.map((_, index) => index + 1)),
  };
  const shape = [methods.length, header.features.length];
  return {
    header: { version: 1, ...header },
    arrays: [
      { name: "order", dtype: "uint32", shape: [header.features.length], scale: null },
      ...Object.keys(numbers).map((name) => ({ name, dtype: "float64", shape, scale: null })),
    ],
    buffers: [
      Uint32Array.from(header.features.keys()),
      ...Object.values(numbers).map((values) => Float64Array.from(values)),
    ].map((array) => new DataView(array.buffer)),
  };
}

export function agreementTraits(changes: Partial<AgreementTraits> = {}): AgreementTraits {
  return {
    index: 3,
    target: null,
    seed: 0,
    max_display: 10,
    feature: null,
    language: "en",
    status: "done",
    job: 1,
    class_names: [],
    feature_names: features,
    n_rows: 200,
    error: null,
    code: "xw.AgreementPlot(model, 3, X_train=X)",
    notice: "",
    ...changes,
  };
}
