// What is open below the plot.
import type { IceState } from "../../lib/ice_state";
import type { Local, Panel } from "./scene";

/** Where the words of each panel begin. */
export const panelKeys = { subgroups: "ice.subgroups", interactions: "ice.interactions" } as const;

/** What is open: what a hand opened, else groups that Python found. */
export function panelOf({ traits }: IceState, { panel }: Local): Panel {
  return panel ?? (traits.subgroups.length ? "subgroups" : "closed");
}
