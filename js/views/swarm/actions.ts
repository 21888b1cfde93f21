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

/**
 * Shapes and the rows within them; in a picture of very many the kernel selects. So it does among rows that come while
 * the shapes stay: a selection that reached it without new shapes would be that of a linked plot.
 */
function selectedBy(shapes: Shape[], { scatter, traits }: DotsState, scene: Scene | null): Partial<DotsSettings> {
  const kernelSelects = !scatter || scatter.picture || (!scatter.header.finished && isSame(shapes, traits.brush));
  if (shapes.length && (kernelSelects || !scene?.drawing)) return { brush: shapes };
  const rows = shapes.length ? rowsWithin(scene!.drawing!.dots, shapes) : new Uint32Array();
  return { brush: shapes, selection: writeSelection(rows) };
}

const isSame = (some: Shape[], others: Shape[]) => JSON.stringify(some) === JSON.stringify(others);
