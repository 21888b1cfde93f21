// What a hand may choose of the curves: by brushes, by filters, row by row.
import { writeSelection } from "../../lib/ice_curves";
import { kernelSelects, rowsUnder } from "./answer";
import type { Actions, CommonActions } from "./scene";

export function choosing({ now, set, drag }: CommonActions, ask: Actions["ask"]): Omit<Actions, keyof CommonActions> {
  return {
    ask,
    brush(brush, moving = false) {
      if (kernelSelects(now()) && brush.length) {
        set({ brush }); // ipywidgets keeps the newest back until the kernel is free
        return;
      }
      const change = { brush, selection: writeSelection(rowsUnder(now(), brush)) };
      if (moving) drag(change);
      else set(change);
    },
    filter(filters, moving = false) {
      const state = now();
      const { brush } = state.traits;
      const filtered = { ...state, traits: { ...state.traits, filters } };
      const change = { filters, ...(brush.length ? { selection: writeSelection(rowsUnder(filtered, brush)) } : {}) };
      if (moving) drag(change);
      else set(change);
    },
    select: (rows) => set({ brush: [], selection: writeSelection(rows) }),
  };
}
