// The surface of the pair of features that was opened in the list of interactions: another widget, below all.
import type { Child } from "../../lib/child";
import type { Part } from "./scene";

/** One that is opened later comes into sight. */
export function createPairSurface(surface: Child): Part {
  let last: string | null | undefined;
  return {
    element: surface.element,
    draw({ state: { traits }, drawing }) {
      const { pair_surface } = traits;
      const opened = surface.show(pair_surface);
      if (last !== undefined && last !== pair_surface && drawing) {
        void opened.then((there) => there && surface.element.scrollIntoView({ block: "nearest", behavior: "smooth" }));
      }
      last = pair_surface;
    },
  };
}
