// The whole view: controls above, pictures, rail, status below.
import { createRamps } from "../lib/colour";
import { slider } from "../lib/controls";
import { element } from "../lib/dom";
import { percent } from "../lib/format";
import type { State } from "../lib/state";
import { followTheme, type Surroundings } from "../lib/theme";
import { createWords, type Words } from "../lib/words";
import { layoutFor } from "./layout";
import { createPicture } from "./picture";
import type { Actions, Local, Scene } from "./scene";
import { createStatus } from "./status";

export interface SaliencyView {
  /** Draw at the next animation frame. */
  draw(state: State): void;
}

export function createSaliencyView(
  root: HTMLElement,
  asked: Omit<Actions, "change" | "say">,
  drawn: (state: State) => void,
  signal: AbortSignal,
): SaliencyView {
  let state: State | null = null;
  let surroundings: Surroundings = { theme: "light", page: [255, 255, 255] };
  let local: Local = { panels: "both", more: false, about: false, code: null };
  let frame = 0;
  const schedule = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      render();
    });
  };
  const actions: Actions = {
    ...asked,
    change(change) {
      local = { ...local, ...change };
      schedule();
    },
    say: () => {},
  };
  const words = createWords("en");
  const parts = build(root, actions, words);

  function render() {
    if (!state || root.clientWidth === 0) return;
    const shape = state.map ?? state.picture;
    const scene: Scene = {
      state,
      local,
      words,
      surroundings,
      ramps: createRamps(state.traits.colormap, surroundings.theme, surroundings.page),
      layout: layoutFor(root.clientWidth, shape ? shape.height / shape.width : 1, local.panels),
    };
    parts(scene);
    drawn(state);
  }

  followTheme(root, signal, (now) => {
    surroundings = now;
    schedule();
  });
  const observer = new ResizeObserver(schedule);
  observer.observe(root);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });
  return {
    draw(next) {
      state = next;
      schedule();
    },
  };
}

function build(root: HTMLElement, actions: Actions, words: Words): (scene: Scene) => void {
  const noise = slider({
    label: words("noise"),
    name: words("noise.name"),
    min: 0,
    max: 0.5,
    step: 0.01,
    print: percent,
    drag: (noise_level) => actions.drag({ noise_level }),
    set: (noise_level) => actions.set({ noise_level }),
  });
  const over = createPicture(actions);
  const alone = createPicture(actions);
  const status = createStatus(actions, words);
  root.append(
    element("div", { class: "controls" }, noise.element),
    element("div", { class: "pics" }, over.element, alone.element),
    status.element,
  );
  return (scene) => {
    noise.show(scene.state.traits.noise_level);
    over.draw(scene, "over");
    alone.draw(scene, "map", true);
    status.draw(scene);
  };
}
