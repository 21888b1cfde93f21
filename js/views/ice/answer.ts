// How brushes and selection keep together when one of them, or the curves, change from outside.
import { drawnOf, readSelection, writeSelection } from "../../lib/ice_curves";
import type { Brush, IceSettings, IceState } from "../../lib/ice_state";
import { brushed, rowsOf } from "./brushing";

/**
 * New brushes, or more curves under them, select anew. A selection that the brushes do not give takes them away, and so
 * does new ground: another feature, another zero. The rows stay selected then.
 */
/** Whether the page has only a sample of the curves, so that the kernel selects. */
export function kernelSelects({ curves, kernel }: IceState): boolean {
  if (!curves || kernel === "gone" || kernel === "offline") return false;
  return curves.header.finished && curves.count < curves.header.done;
}

export function answer(before: IceState, after: IceState): Partial<IceSettings> | null {
  const { brush, selection } = after.traits;
  const redrawn = brush !== before.traits.brush;
  if (!redrawn && brush.length && before.curves && after.curves && groundOf(before) !== groundOf(after)) {
    return { brush: [] };
  }
  if (kernelSelects(after)) return null;
  if (redrawn && brush.length === 0) return before.traits.brush.length ? choose(new Uint32Array()) : null;
  if (!after.curves || brush.length === 0) return null;
  const chosen = selection !== before.traits.selection;
  if (!redrawn && !chosen && after.curves === before.curves) return null;
  const rows = rowsUnder(after, brush);
  if (same(rows, readSelection(selection))) return null;
  return chosen && !redrawn ? { brush: [] } : choose(rows);
}

export function rowsUnder({ curves, traits }: IceState, brushes: readonly Brush[]): Uint32Array {
  if (!curves) return new Uint32Array();
  return rowsOf(brushed(drawnOf(curves, traits.centered, traits.anchor), brushes), curves.rows);
}

const choose = (rows: Uint32Array): Partial<IceSettings> => ({ selection: writeSelection(rows) });

/** What the units of a brush belong to. */
export function groundOf({ curves, traits: { centered, anchor } }: IceState): string {
  return JSON.stringify([curves?.header.feature, curves?.header.target_name, centered && [anchor]]);
}

export function same(some: Uint32Array, others: Uint32Array): boolean {
  return some.length === others.length && some.every((row, index) => row === others[index]);
}
