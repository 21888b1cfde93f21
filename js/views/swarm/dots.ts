// The dots of a plot in pixels, the nearest of them, and what is known of a row.
import { readSelection } from "../../lib/ice_curves";
import { type DotsHeader, NOBODY, type Scatter } from "../../lib/swarm_frame";
import type { DotsState } from "../../lib/swarm_state";
import type { Dots, Drawing, Geometry, Kind, Reading } from "./scene";

/** The dots of all rows, or the cells of a picture that are not empty. */
export function dotsOf<Header extends DotsHeader, Place extends Geometry>(
  scatter: Scatter<Header>,
  geometry: Place,
  kind: Kind<Header, Place>,
): Dots {
  const { x, y, rows, codes } = scatter.picture ? cellsOf(scatter) : ofRows(scatter, geometry, kind);
  return {
    count: rows.length,
    x,
    y,
    rows,
    codes,
    across: Float32Array.from(x, geometry.x.place),
    down: Float32Array.from(y, geometry.y.place),
  };
}

type Found = Pick<Dots, "x" | "y" | "rows" | "codes">;

function ofRows<Header extends DotsHeader, Place extends Geometry>(
  scatter: Scatter<Header>,
  geometry: Place,
  kind: Kind<Header, Place>,
): Found {
  const { lines, rows, codes } = scatter;
  const all = new Uint32Array(lines * rows.length);
  for (let line = 0; line < lines; line++) all.set(rows, line * rows.length);
  return { ...kind.place(scatter, geometry), rows: all, codes };
}

function cellsOf({ picture, header }: Scatter): Found {
  const { width, height, owners, codes } = picture!;
  const [left, right, top, bottom] = header.ends;
  const cells = Uint32Array.from(owners.keys()).filter((cell) => owners[cell] !== NOBODY);
  const [wide, tall] = [(right - left) / width, (bottom - top) / height];
  return {
    x: Float64Array.from(cells, (cell) => left + ((cell % width) + 0.5) * wide),
    y: Float64Array.from(cells, (cell) => top + (Math.floor(cell / width) + 0.5) * tall),
    rows: Uint32Array.from(cells, (cell) => owners[cell]!),
    codes: Uint8Array.from(cells, (cell) => codes[cell]!),
  };
}

/** The dot nearest to a place, no further than so many pixels; -1 for none. */
export function nearestDot({ across, down, count }: Dots, [x, y]: readonly [number, number], reach: number): number {
  let [best, least] = [-1, reach * reach];
  for (let dot = 0; dot < count; dot++) {
    const [aside, above] = [across[dot]! - x, down[dot]! - y];
    const distance = aside * aside + above * above;
    if (distance < least) [best, least] = [dot, distance];
  }
  return best;
}

/** Which dots are of selected rows, and how many rows these are. */
export function marksOf(dots: Dots, lines: number, selection: unknown): { marks: Uint8Array; chosen: number } {
  const rows = readSelection(selection);
  const marks = new Uint8Array(dots.count);
  if (!rows.length) return { marks, chosen: 0 };
  const selected = new Uint8Array(
    Math.max(
      rows.at(-1)!,
      dots.rows.reduce((most, row) => Math.max(most, row), 0),
    ) + 1,
  );
  for (const row of rows) selected[row] = 1;
  let count = 0;
  for (let dot = 0; dot < dots.count; dot++) count += marks[dot] = selected[dots.rows[dot]!]!;
  return { marks, chosen: count / lines };
}

/** What is known of a row: all of a drawn one; of one in a picture what the kernel has said, which may be nothing yet. */
export function readingOf<Header extends DotsHeader, Place extends Geometry>(
  { scatter, dots, geometry }: Drawing<Header, Place>,
  row: number | null,
  { traits }: DotsState<Header>,
): Reading | null {
  if (row === null) return null;
  if (scatter.picture) {
    const { hovered } = traits;
    if (hovered?.row !== row || hovered.serial !== scatter.header.serial) return null;
    return { ...hovered, across: hovered.x.map(geometry.x.place), down: hovered.y.map(geometry.y.place) };
  }
  const index = scatter.rows.indexOf(row);
  if (index < 0) return null;
  const each = Array.from({ length: scatter.lines }, (_, line) => line * scatter.rows.length + index);
  const { names, names_beside } = scatter.header;
  const named = (value: number, names: string[] | null = null) =>
    Number.isNaN(value) ? null : names ? names[value]! : value;
  return {
    row,
    across: each.map((dot) => dots.across[dot]!),
    down: each.map((dot) => dots.down[dot]!),
    values: each.map((dot) => scatter.values[dot]!),
    data: each.map((dot, line) => named(scatter.data[dot]!, names?.[line])),
    beside: scatter.beside && named(scatter.beside[index]!, names_beside),
  };
}
