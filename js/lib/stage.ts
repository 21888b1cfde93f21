// Where a view is drawn: once per animation frame, at its width, in the theme of the page, not while it is hidden.
import { followSharpness } from "./sharpness";
import { followTheme, type Surroundings } from "./theme";

export interface View<State> {
  /** Draw at the next animation frame. */
  draw(state: State): void;
}

export interface Stage {
  /** Draw at the next animation frame. */
  schedule(): void;
}

export function createStage(
  root: HTMLElement,
  signal: AbortSignal,
  render: (width: number, surroundings: Surroundings) => void,
): Stage {
  let surroundings: Surroundings = { theme: "light", page: [255, 255, 255] };
  let frame = 0;
  let width = 0; // as last observed: to read it now would lay the page out once more
  const schedule = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (width === 0) return; // hidden: drawn when it shows
      if (!root.dataset.theme) settle(); // the first frame is of the right theme already
      render(width, surroundings);
    });
  };
  const settle = followTheme(root, signal, (now) => {
    surroundings = now;
    schedule();
  });
  const observer = new ResizeObserver(() => {
    width = root.clientWidth;
    settle();
    schedule();
  });
  observer.observe(root);
  followSharpness(schedule, signal);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });
  return { schedule };
}
