// The bars of an importance plot: the strongest features each by itself, the rest joined.
import type { Group, Importance } from "./importance_frame";

export interface Length {
  mean: number;
  /** The standard error; null where it is not known. */
  error: number | null;
}

export interface Bar {
  /** Position of the feature; null for the rest. */
  feature: number | null;
  /** None of the rest. */
  name: string;
  /** How many features it stands for. */
  count: number;
  all: Length;
  selected: Length | null;
}

export const ERRORS = 2; // standard errors to either side of a mean

/** One feature is never called the rest: it stands by itself. */
export function barsOf({ header, order, all, selected }: Importance, most: number): Bar[] {
  const shown = order.length - most > 1 ? most : order.length;
  const bars = Array.from(order.subarray(0, shown), (feature) => ({
    feature,
    name: header.features[feature]!,
    count: 1,
    all: lengthOf(all.mean, all.error, feature),
    selected: selected && lengthOf(selected.mean, selected.error, feature),
  }));
  if (shown === order.length) return bars;
  const joined = (group: Group) => lengthOf(group.rest, group.restError, shown);
  const count = order.length - shown;
  return [...bars, { feature: null, name: "", count, all: joined(all), selected: selected && joined(selected) }];
}

function lengthOf(means: Float64Array, errors: Float64Array, index: number): Length {
  const error = errors[index]!;
  return { mean: means[index]!, error: Number.isNaN(error) ? null : error };
}

/** Where the interval of a mean ends. */
export const endOf = ({ mean, error }: Length) => mean + ERRORS * (error ?? 0);
