// How brushes and selection keep together when one of them, or the curves, change from outside.
import { canFilter } from "../../lib/ice_columns";
import { isSample, readSelection, writeSelection } from "../../lib/ice_curves";
import { bundleOf, lookOf } from "../../lib/ice_kinds";
import type { Brush, IceSettings, IceState } from "../../lib/ice_state";
import { both, brushed, rowsOf } from "./brushing";
import { passingRows, shownOf } from "./filtering";

/** Whether the page has only a sample of the curves, so that the kernel selects. */
export function kernelSelects({ curves, kernel }: IceState): boolean {
  if (!curves || kernel === "gone" || kernel === "offline") return false;
  return curves.header.finished && isSample(curves);
}

/**
 * New brushes, more curves under them, or filters, select anew. A selection that the brushes do not give takes them
 * away, and so does new ground: another feature, another zero. The rows stay selected then.
 */
export function answer(before: IceState, after: IceState): Partial<IceSettings> | null {
  const { brush, selection } = after.traits;
  const redrawn = brush !== before.traits.brush;
  const moved = asked(before) !== asked(after) || (before.curves && groundOf(before) !== groundOf(after));
  if (!redrawn && moved && after.curves && brush.length) return { brush: [] };
  if (kernelSelects(after)) return null;
  if (redrawn && brush.length === 0) {
    return before.traits.brush.length && !moved ? choose(new Uint32Array()) : null;
  }
  if (!after.curves || brush.length === 0 || !canFilter(after.columns, after.traits.filters)) return null;
  if (redrawn && after.curves.header.content !== "curves") return null; // nothing to pass through a box
  const chosen = selection !== before.traits.selection;
  const refiltered = after.traits.filters !== before.traits.filters || after.columns !== before.columns;
  if (!redrawn && !chosen && !refiltered && after.curves === before.curves) return null;
  const rows = rowsUnder(after, brush);
  if (same(rows, readSelection(selection))) return null;
  return chosen && !redrawn && !refiltered ? { brush: [] } : choose(rows);
}

/** The rows that pass the filters and whose curves pass through the brushes. */
export function rowsUnder(state: IceState, brushes: readonly Brush[]): Uint32Array {
  const { curves, traits } = state;
  if (!curves) return new Uint32Array();
  const marks = brushed(bundleOf(curves, traits), brushes);
  return rowsOf(both(marks, shownOf(curves, passingRows(state))), curves.rows);
}

const choose = (rows: Uint32Array): Partial<IceSettings> => ({ selection: writeSelection(rows) });

/** What the units of a brush belong to. */
export function groundOf({ curves, traits }: IceState): string {
  if (!curves) return "";
  const { kind, centered, anchor } = lookOf(curves, traits);
  const unit = kind === "derivative" || kind === "ale" ? kind : centered && [anchor];
  return JSON.stringify([curves.header.feature, curves.header.target_name, unit]);
}

/** What was asked for, before its curves are there. */
const asked = ({ traits: { feature, target } }: IceState) => JSON.stringify([feature, target]);

export function same(some: Uint32Array, others: Uint32Array): boolean {
  return some.length === others.length && some.every((row, index) => row === others[index]);
}
