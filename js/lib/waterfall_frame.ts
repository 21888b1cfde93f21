// The contributions to one row's prediction, decoded and checked.
import { type ShapHeader, toShapHeader } from "./shap_state";
import type { Frame } from "./wire";

/** A value of the data; null where there is none. */
export type Value = number | string | boolean | null;

/** Values of some features, by name. */
export type Changes = Record<string, Value>;

export interface WaterfallHeader extends ShapHeader {
  /** The row that is explained. */
  index: number;
  /** The mean prediction, from which the contributions lead to the row's; null where nobody has said. */
  base: number | null;
  /** What the model says of the row, where it was asked. */
  prediction: number | null;
  /** The row's values as they are in the data; null where the data are not known. */
  row: Value[] | null;
  /** What is changed of them. */
  what_if: Changes;
  /** What the model says of the row as it is, where something is changed. */
  prediction_before: number | null;
}

export interface Waterfall {
  header: WaterfallHeader;
  /** What each feature adds. */
  values: Float64Array;
  errors: Float64Array | null;
  /** What each adds in the row as it is, where something is changed. */
  before: Float64Array | null;
}

export function toWaterfall(frame: Frame): Waterfall {
  const header = toShapHeader<WaterfallHeader>(frame);
  if (!Number.isFinite(header.index)) throw new Error('A frame\'s header lacks "index".');
  const count = header.features.length;
  const values = numbersOf(frame, "values", count);
  if (!values) throw new Error(`A frame carries no contributions of ${count} features.`);
  return {
    header,
    values,
    errors: numbersOf(frame, "errors", count),
    before: numbersOf(frame, "before", count),
  };
}

function numbersOf(frame: Frame, name: string, count: number): Float64Array | null {
  const data = frame.fields.get(name)?.data;
  return data instanceof Float64Array && data.length === count ? data : null;
}

/** The values that are explained: the row's own, but for what is changed. */
export function shownValue({ header }: Waterfall, feature: number): Value | undefined {
  const name = header.features[feature]!;
  return name in header.what_if ? header.what_if[name] : header.row?.[feature];
}
