// Contributions as bars: the strongest on top, the others joined, each from the sum of those below it. Twin:
// xai_widgets/render/waterfall_bars.py.
import type { Waterfall } from "./waterfall_frame";

export interface Step {
  value: number;
  /** Running sums, before and after. */
  from: number;
  to: number;
}

export interface Bar extends Step {
  kind: "feature" | "others" | "gap";
  /** The feature, by position; of joined ones the first. */
  feature: number;
  /** How many features it stands for. */
  count: number;
  error: number | null;
  /** The same of the row as it is, where something is changed. */
  before: Step | null;
}

export interface Bars {
  /** From the top to the bottom. */
  bars: Bar[];
  /** Where the bars begin: the mean prediction, or nothing where it is not known. */
  base: number;
  /** What base and contributions add up to. */
  sum: number;
  /** What the model says, which is the sum but for a gap. */
  prediction: number;
  /** The same of the row as it is, where something is changed. */
  predictionBefore: number | null;
  /** What the model says beyond the sum. */
  gap: number;
  /** The largest standard error of a bar; null where values are exact. */
  error: number | null;
  low: number;
  high: number;
}

const ROUNDING = 1e-9; // of the largest contribution
const VISIBLE_GAP = 0.005; // of the length of all bars

export function barsOf(waterfall: Waterfall, maxDisplay: number): Bars {
  const { header, values, before: original } = waterfall;
  const errors = errorsOf(waterfall);
  const order = orderOf(waterfall, values, original);
  const shown = shownOf(waterfall, order, values, original, Math.max(1, maxDisplay));
  const hidden = order.filter((feature) => !shown.has(feature));
  const listed = order.filter((feature) => shown.has(feature)).map((feature) => [feature]);
  const groups = hidden.length ? [...listed, hidden] : listed;
  const total = (of: Float64Array, features: number[]) => features.reduce((sum, feature) => sum + of[feature]!, 0);
  const base = header.base ?? 0;
  let [at, atBefore] = [base, base];
  const bars: Bar[] = [];
  for (const features of groups.slice().reverse()) {
    const value = total(values, features);
    const [from, fromBefore] = [at, atBefore];
    at += value;
    let earlier: Step | null = null;
    if (original) {
      const valueBefore = total(original, features);
      atBefore += valueBefore;
      earlier = { value: valueBefore, from: fromBefore, to: atBefore };
    }
    const alone = features !== hidden;
    bars.unshift({
      kind: alone ? "feature" : "others",
      feature: features[0]!,
      count: features.length,
      value,
      from,
      to: at,
      error: alone ? known(errors?.[features[0]!]) : null,
      before: earlier,
    });
  }
  const prediction = header.prediction ?? at;
  const gap = prediction - at;
  const length = bars.reduce((sum, bar) => sum + Math.abs(bar.value), 0);
  if (Math.abs(gap) > VISIBLE_GAP * length) {
    bars.unshift({
      kind: "gap",
      feature: -1,
      count: 0,
      value: gap,
      from: at,
      to: prediction,
      error: null,
      before: null,
    });
  }
  const predictionBefore = original ? (header.prediction_before ?? atBefore) : null;
  const ends = bars.flatMap(({ from, to, error, before }) => [
    from,
    to,
    to - (error ?? 0),
    to + (error ?? 0),
    ...(before ? [before.from, before.to] : []),
  ]);
  const all = [base, prediction, predictionBefore ?? prediction, ...ends];
  return {
    bars,
    base,
    sum: at,
    prediction,
    predictionBefore,
    gap,
    error: errors?.reduce((most, error) => (error > most ? error : most), 0) ?? null,
    low: Math.min(...all),
    high: Math.max(...all),
  };
}

/** Strongest first. Where something is changed, as in the row as it is, so that the bars can be compared. */
function orderOf({ header }: Waterfall, values: Float64Array, original: Float64Array | null): number[] {
  const by = original ?? values;
  return header.features
    .map((_, feature) => feature)
    .sort((one, other) => Math.abs(by[other]!) - Math.abs(by[one]!) || one - other);
}

/** Those with a bar of their own: what is changed, and the strongest before or after. */
function shownOf(
  { header }: Waterfall,
  order: number[],
  values: Float64Array,
  original: Float64Array | null,
  most: number,
): Set<number> {
  if (order.length <= most + 1) return new Set(order);
  const strength = (feature: number) => {
    if (header.features[feature]! in header.what_if) return Number.POSITIVE_INFINITY;
    return Math.max(Math.abs(values[feature]!), Math.abs(original?.[feature] ?? 0));
  };
  const strongest = order
    .map((feature) => [feature, strength(feature)] as const)
    .sort(([, one], [, other]) => (one === other ? 0 : other - one));
  return new Set(strongest.slice(0, most).map(([feature]) => feature));
}

const known = (error: number | undefined) => (error !== undefined && Number.isFinite(error) ? error : null);

/** Standard errors; null where they are of rounding alone. */
function errorsOf({ values, errors }: Waterfall): Float64Array | null {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return errors?.some((error) => error > ROUNDING * largest) ? errors : null;
}

/** Whether the value of a feature is not the row's own. */
export function isChanged({ header }: Waterfall, feature: number): boolean {
  return feature >= 0 && header.features[feature]! in header.what_if;
}
