// What is open below the plot.
import type { IceState } from "../../lib/ice_state";
import type { Local, Panel } from "./scene";

/** What is open: what a hand opened, else groups that Python found. */
export function panelOf({ traits }: IceState, { panel }: Local): Panel {
  return panel ?? (traits.subgroups.length ? "subgroups" : "closed");
}
