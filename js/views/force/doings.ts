// What is done to the rows of the stack, by whatever hand: pointed at, opened, selected, zoomed, moved along.
import { writeSelection } from "../../lib/ice_curves";
import type { Actions, Drawing, Stack } from "./scene";
import { moved, type Window, zoomed } from "./window";

export interface RowDoings {
  readonly count: number;
  readonly stack: Stack | null;
  draw(drawing: Drawing): void;
  /** The row that stands at a place along the rows. */
  rowAt(stand: number): number;
  point(at: number | null, height?: number): void;
  open(stand: number): void;
  /** Select the rows that stand between two places, in place of others or beside them. */
  choose(brush: Window, how: { adding: boolean; moving: boolean }): void;
  clear(): void;
  zoom(factor: number, around?: number): void;
  /** So many rows further on, from a window or from that in sight. */
  move(rows: number, from?: Window): void;
}

export function createRowDoings(actions: Actions): RowDoings {
  let drawing: Drawing | null = null;
  const stack = () => drawing?.stack ?? null;
  const local = () => actions.scene()!.local;
  const rowAt = (stand: number) => Math.max(0, Math.min(drawing!.force.count - 1, Math.floor(stand)));
  const positionOf = (stand: number) => drawing!.force.rows[stack()!.order.places[rowAt(stand)]!]!;
  const rowsBetween = ([one, other]: Window, adding: boolean): Uint32Array => {
    const { force } = drawing!;
    const { order, chosen: before } = stack()!;
    const chosen = adding ? before.marks.slice() : new Uint8Array(force.count);
    const [first, last] = [rowAt(Math.min(one, other)), rowAt(Math.max(one, other))];
    for (let stand = first; stand <= last; stand++) chosen[order.places[stand]!] = 1;
    return force.rows.filter((_, place) => chosen[place]);
  };
  return {
    get count() {
      return drawing?.force.count ?? 0;
    },
    get stack() {
      return stack();
    },
    draw(now) {
      drawing = now;
    },
    rowAt,
    point(at, height = local().height) {
      actions.change({ at, height });
      actions.drag({ hover: at === null ? null : positionOf(at) });
    },
    open: (stand) => actions.set({ index: positionOf(stand) }),
    choose(brush, { adding, moving }) {
      const settings = { selection: writeSelection(rowsBetween(brush, adding)) };
      if (moving) actions.drag(settings);
      else actions.set(settings);
    },
    clear() {
      actions.change({ brush: null });
      actions.set({ selection: writeSelection(new Uint32Array()) });
    },
    zoom(factor, around) {
      const now = stack();
      if (!now || !drawing) return;
      const middle = around ?? local().at ?? (now.window[0] + now.window[1]) / 2;
      actions.change({ window: zoomed(now.window, drawing.force.count, factor, middle) });
    },
    move(rows, from = stack()!.window) {
      actions.change({ window: moved(from, drawing!.force.count, rows) });
    },
  };
}
