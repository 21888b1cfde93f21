// How brushes and selection keep together when one of them, or the curves, change from outside.
import { readSelection, writeSelection } from "../../lib/ice_curves";
import { bundleOf, lookOf } from "../../lib/ice_kinds";
import type { Brush, IceSettings, IceState } from "../../lib/ice_state";
import { brushed, rowsOf } from "./brushing";

/**
 * New brushes, or more curves under them, select anew. A selection that the brushes do not give takes them away, and so
 * does new ground: another feature, another zero. The rows stay selected then.
 */
export function answer(before: IceState, after: IceState): Partial<IceSettings> | null {
  const { brush, selection } = after.traits;
  const redrawn = brush !== before.traits.brush;
  if (redrawn && brush.length === 0) return before.traits.brush.length ? choose(new Uint32Array()) : null;
  if (!after.curves || brush.length === 0) return null;
  if (redrawn && after.curves.header.content === "effects") return null; // nothing to pass through a box
  if (!redrawn && before.curves && groundOf(before) !== groundOf(after)) return { brush: [] };
  const chosen = selection !== before.traits.selection;
  if (!redrawn && !chosen && after.curves === before.curves) return null;
  const rows = rowsUnder(after, brush);
  if (same(rows, readSelection(selection))) return null;
  return chosen && !redrawn ? { brush: [] } : choose(rows);
}

export function rowsUnder({ curves, traits }: IceState, brushes: readonly Brush[]): Uint32Array {
  if (!curves) return new Uint32Array();
  return rowsOf(brushed(bundleOf(curves, traits), brushes), curves.rows);
}

const choose = (rows: Uint32Array): Partial<IceSettings> => ({ selection: writeSelection(rows) });

/** What the units of a brush belong to. */
export function groundOf({ curves, traits }: IceState): string {
  if (!curves) return "";
  const { kind, centered, anchor } = lookOf(curves, traits);
  const unit = kind === "derivative" || kind === "ale" ? kind : centered && [anchor];
  return JSON.stringify([curves.header.feature, curves.header.target_name, unit]);
}

export function same(some: Uint32Array, others: Uint32Array): boolean {
  return some.length === others.length && some.every((row, index) => row === others[index]);
}
