// What is drawn of curves: as they are, centred at an anchor, or their slopes. Twin: xai_widgets/widgets/drawn.py.
import { type Bundle, type Curves, drawnOf } from "./ice_curves";
import type { IceTraits, Kind } from "./ice_state";

const LEAST_STEP = 1e-290; // a slope over less may be no number

export interface Look {
  kind: Kind;
  centered: boolean;
  anchor: number | null;
}

/**
 * The look that these numbers can have. Effects are drawn as "ale" alone, averages as "average". Slopes are not centred, and need two numbers
 * or more in ascending order: without, the curves are drawn as they are.
 */
export function lookOf({ header, x }: Curves, { kind, centered, anchor }: Look): Look {
  if (header.content === "effects") return { kind: "ale", centered: false, anchor: null };
  if (header.content === "average") return { kind: "average", centered, anchor };
  if (kind === "derivative" && header.feature_kind === "numeric" && isAscending(x))
    return { kind, centered: false, anchor: null };
  return { kind: kind === "derivative" || kind === "ale" ? "both" : kind, centered, anchor };
}

/** Whether the curves were computed before, with no model behind them. */
export const isGiven = (curves: Curves | null) => curves?.header.method === "given";

/** Whether curves are drawn, which can be pointed at and brushed. */
export const hasCurves = (kind: Kind) => kind !== "average" && kind !== "ale";

const isAscending = (x: Float64Array) =>
  x.length > 1 && x.every((value, index) => index === 0 || value - x[index - 1]! > LEAST_STEP);

/** The curves as they are drawn; of effects, or averages alone, there are none. */
export function bundleOf(curves: Curves, traits: Pick<IceTraits, "kind" | "centered" | "anchor">): Bundle {
  const { kind, centered, anchor } = lookOf(curves, traits);
  if (curves.header.content !== "curves") return { count: 0, x: curves.x, values: curves.values };
  return kind === "derivative" ? slopesOf(curves) : drawnOf(curves, centered, anchor);
}

const kept = new WeakMap<Curves, Bundle>();

function slopesOf(curves: Curves): Bundle {
  const { count, x, values } = curves;
  const made = kept.get(curves) ?? { count, x, values: slopes(x, values) };
  kept.set(curves, made);
  return made;
}

/** The slopes of curves over common points, as numpy's gradient: of second order within, of first at the ends. */
export function slopes(x: Float64Array, values: ArrayLike<number>): Float64Array {
  const found = new Float64Array(values.length);
  const end = x.length - 1;
  const rise = (left: number, right: number, offset: number) =>
    (values[offset + right]! - values[offset + left]!) / (x[right]! - x[left]!);
  for (let offset = 0; offset < values.length; offset += x.length) {
    found[offset] = rise(0, 1, offset);
    found[offset + end] = rise(end - 1, end, offset);
    for (let point = 1; point < end; point++) {
      const [before, after] = [x[point]! - x[point - 1]!, x[point + 1]! - x[point]!];
      const slope = before * rise(point, point + 1, offset) + after * rise(point - 1, point, offset);
      found[offset + point] = slope / (before + after);
    }
  }
  return found;
}
