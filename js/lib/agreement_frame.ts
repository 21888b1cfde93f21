// What several methods say of one row, decoded and checked.
import type { Background, Units } from "./shap_state";
import type { Frame } from "./wire";

export type MethodName = "shap" | "lime" | "gradient_x_input";

export interface Method {
  name: MethodName;
  /** What computed it. */
  explainer: string;
  units: Units;
  done: number;
  total: number;
  unit: string;
  finished: boolean;
  /** Whether its values have a sampling error. */
  sampled: boolean;
  /** R2 of LIME's linear model. */
  fit: number | null;
  /** The rows that SHAP draws absent features from. */
  background: Background | null;
}

/** How far two methods agree, by their positions; null where ranks say nothing. */
export interface Pair {
  first: number;
  second: number;
  spearman: number | null;
  kendall: number | null;
  /** Features of one sign, of those that have one for both. */
  same_sign: number;
  signed: number;
}

/** A feature of which two methods do not say the same. */
export interface Disagreement {
  feature: number;
  first: number;
  second: number;
  kind: "sign" | "rank";
}

export interface AgreementHeader {
  job: number;
  sequence: number;
  finished: boolean;
  done: number;
  total: number;
  features: string[];
  /** The row's values. */
  row: (string | number | boolean | null)[];
  /** Its position in the training data, where it is one of them. */
  index: number | null;
  /** All methods that are asked. */
  asked: MethodName[];
  /** Those that have begun. */
  methods: Method[];
  /** Why a method has no answer. */
  refused: { method: MethodName; title: string }[];
  target_name: string | null;
  /** Whether it is a class. */
  of_classes: boolean;
  /** What the model says of the row. */
  prediction: number;
  units: Units;
  pairs: Pair[];
  disagreements: Disagreement[];
}

export interface Agreement {
  header: AgreementHeader;
  /** Positions of the features, the largest share first. */
  order: Uint32Array;
  /** By method and feature: share of the method's sum of magnitudes, its standard error, and its rank. */
  shares: Float64Array[];
  errors: Float64Array[];
  ranks: Float64Array[];
}

export function toAgreement(frame: Frame): Agreement {
  const header = frame.header as unknown as AgreementHeader;
  for (const name of ["job", "sequence", "done", "total", "prediction"] as const) {
    if (!Number.isFinite(header[name])) throw new Error(`A frame's header lacks "${name}".`);
  }
  for (const name of ["features", "row", "asked", "methods", "refused", "pairs", "disagreements"] as const) {
    if (!Array.isArray(header[name])) throw new Error(`A frame's header lacks "${name}".`);
  }
  const [methods, features] = [header.methods.length, header.features.length];
  const order = frame.fields.get("order")?.data;
  if (!(order instanceof Uint32Array) || order.length !== features || order.some((feature) => feature >= features)) {
    throw new Error(`A frame carries no order of ${features} features.`);
  }
  const numbers = (name: string) => {
    const data = frame.fields.get(name)?.data;
    if (!methods || !(data instanceof Float64Array) || data.length !== methods * features) {
      throw new Error(`A frame carries no "${name}" of ${methods} methods and ${features} features.`);
    }
    return header.methods.map((_, method) => data.subarray(method * features, (method + 1) * features));
  };
  return { header, order, shares: numbers("shares"), errors: numbers("errors"), ranks: numbers("ranks") };
}
