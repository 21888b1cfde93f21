// The surface of the pair of features that was opened in the list of interactions: another widget, below all.
import type { Child } from "../../lib/child";
import type { Part } from "./scene";

const LEAST = 200; // pixels of a surface that is drawn

/** One that is opened later comes into sight. */
export function createPairSurface(surface: Child): Part {
  let last: string | null | undefined;
  return {
    element: surface.element,
    draw({ state: { traits }, drawing }) {
      const { pair_surface } = traits;
      const opened = surface.show(pair_surface);
      if (last !== undefined && last !== pair_surface && drawing) {
        void opened.then((there) => there && revealWhenDrawn(surface.element));
      }
      last = pair_surface;
    },
  };
}

/** Before its first frame it is a line of text. */
function revealWhenDrawn(drawn: HTMLElement): void {
  const observer = new ResizeObserver(() => {
    if (drawn.clientHeight > 0 && drawn.clientHeight < LEAST) return;
    observer.disconnect();
    drawn.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
  observer.observe(drawn);
}
