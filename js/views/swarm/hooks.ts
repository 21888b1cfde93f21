// What is on screen, for those who read the page.
import { readSelection } from "../../lib/ice_curves";
import type { DotsState } from "../../lib/swarm_state";

export function hooksOf({ scatter, chosen, traits }: DotsState): Record<string, string | number> {
  const own = {
    "data-shapes": traits.brush.length,
    "data-hover": traits.hover ?? "",
    "data-selected": readSelection(traits.selection).length,
  };
  if (!scatter) return own;
  const { many, serial } = scatter.header;
  return {
    ...own,
    "data-many": String(many),
    "data-highlighted": chosen?.serial === serial ? chosen.count : 0,
  };
}
