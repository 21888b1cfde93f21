// How rows are selected: by shapes, and by hand.
import { writeSelection } from "../../lib/ice_curves";
import { isReachable } from "../../lib/state";
import { rowsWithin, type Shape } from "../../lib/swarm_brush";
import type { DotsSettings, DotsState } from "../../lib/swarm_state";
import type { Actions, Scene } from "./scene";

export function selecting({
  now,
  scene,
  set,
  drag,
}: Pick<Actions, "now" | "scene" | "set" | "drag">): Pick<Actions, "brush" | "select"> {
  return {
    brush(shapes, moving = false) {
      const { kernel, scatter } = now();
      const selects = isReachable(kernel) || !scatter?.picture;
      if (selects || !shapes.length) (moving ? drag : set)(selectedBy(shapes, now(), scene()));
    },
    select: (rows, index) => set({ brush: [], selection: writeSelection(rows), index }),
  };
}

/** Shapes and the rows within them; in a picture of very many the kernel selects. */
function selectedBy(shapes: Shape[], { scatter }: DotsState, scene: Scene | null): Partial<DotsSettings> {
  if (shapes.length && (!scatter || scatter.picture || !scene?.drawing)) return { brush: shapes };
  const rows = shapes.length ? rowsWithin(scene!.drawing!.dots, shapes) : new Uint32Array();
  return { brush: shapes, selection: writeSelection(rows) };
}
