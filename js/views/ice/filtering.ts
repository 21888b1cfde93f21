// What the filters leave of the curves, and how the data lie among them.
import { bisectLeft, bisectRight } from "d3-array";
import { canFilter, passing } from "../../lib/ice_columns";
import type { Bundle, Curves } from "../../lib/ice_curves";
import type { IceState } from "../../lib/ice_state";

const FEW = 10; // rows within a bar's width on either side

/** One mark for each row of the table; null where no filter can be applied. */
export function passingRows({
  columns,
  traits,
}: Pick<IceState, "columns"> & { traits: Pick<IceState["traits"], "filters" | "n_rows"> }): Uint8Array | null {
  const { filters, n_rows } = traits;
  return Object.keys(filters).length && canFilter(columns, filters) ? passing(columns, filters, n_rows) : null;
}

/** One mark for each curve. */
export function shownOf({ count, rows }: Curves, passes: Uint8Array | null): Uint8Array {
  const marks = new Uint8Array(count).fill(1);
  if (passes) for (let curve = 0; curve < count; curve++) marks[curve] = passes[rows[curve]!]!;
  return marks;
}

/** The marked curves alone. */
export function pick({ x, values }: Bundle, marks: Uint8Array, count: number): Bundle {
  const points = x.length;
  const picked = new Float64Array(count * points);
  let offset = 0;
  for (let curve = 0; curve < marks.length; curve++) {
    if (!marks[curve]) continue;
    picked.set(values.subarray(curve * points, (curve + 1) * points), offset);
    offset += points;
  }
  return { count, x, values: picked };
}

/**
 * At each point of the grid, whether few of the rows lie around it: as the kernel tells it of all rows. Each of those
 * marked stands for `weight` rows.
 */
export function fewOf({ header, x, own }: Curves, marks: Uint8Array, weight = 1): boolean[] {
  const known = own.filter((value, curve) => marks[curve] && !Number.isNaN(value)).sort();
  const { edges } = header.histogram;
  const reach = edges ? edges[1]! - edges[0]! : 0;
  const enough = (edges ? Math.min(FEW, (known.length * weight) / 20) : FEW) / weight;
  return Array.from(x, (point) => bisectRight(known, point + reach) - bisectLeft(known, point - reach) < enough);
}
