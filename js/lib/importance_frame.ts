// How much features count, over all rows and over the selected ones, decoded and checked.
import { type ShapHeader, toShapHeader } from "./shap_state";
import type { Frame } from "./wire";

export interface ImportanceHeader extends ShapHeader {
  /** Whether the values are sampled themselves. */
  sampled: boolean;
  /** How many rows are in the means: of all, then of the selected ones. */
  rows: number[];
  /** How many rows are selected, computed or not. */
  n_selected: number;
}

/** Means of some rows, by feature; the rest by place in the order. An error of NaN is not known. */
export interface Group {
  rows: number;
  mean: Float64Array;
  error: Float64Array;
  rest: Float64Array;
  restError: Float64Array;
}

export interface Importance {
  header: ImportanceHeader;
  /** Positions of the features, the most important first. */
  order: Uint32Array;
  all: Group;
  selected: Group | null;
}

export function toImportance(frame: Frame): Importance {
  const header = toShapHeader<ImportanceHeader>(frame);
  const count = header.features.length;
  const order = frame.fields.get("order")?.data;
  if (!(order instanceof Uint32Array) || order.length !== count || order.some((feature) => feature >= count)) {
    throw new Error(`A frame carries no order of ${count} features.`);
  }
  const groups = Array.isArray(header.rows) ? header.rows : [];
  if (groups.length !== 1 && groups.length !== 2) throw new Error(`A frame's header lacks "rows".`);
  const numbers = (name: string) => {
    const data = frame.fields.get(name)?.data;
    if (!(data instanceof Float64Array) || data.length !== groups.length * count) {
      throw new Error(`A frame carries no "${name}" of ${groups.length} by ${count}.`);
    }
    return data;
  };
  const [mean, error, rest, restError] = ["mean", "error", "rest", "rest_error"].map(numbers);
  const [all, selected] = groups.map((rows, group) => {
    const part = (data: Float64Array) => data.subarray(group * count, (group + 1) * count);
    return { rows, mean: part(mean!), error: part(error!), rest: part(rest!), restError: part(restError!) };
  });
  return { header, order, all: all!, selected: selected ?? null };
}
