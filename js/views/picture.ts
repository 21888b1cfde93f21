// One picture with a crosshair, moved by pointer and by keys, and the value under it.
import { element, focusable, setAttributes } from "../lib/dom";
import { createChange } from "../lib/memo";
import type { State } from "../lib/state";
import type { Words } from "../lib/words";
import { createCrosshair, inputSize, moved, reading } from "./crosshair";
import { describe } from "./describe";
import type { Layout, Panel } from "./layout";
import { createPanelPainter } from "./panel_canvas";
import type { Actions, Scene } from "./scene";

export interface PicturePart {
  element: HTMLElement;
  /** `labelled`: the value under the crosshair is printed here. */
  draw(scene: Scene, panel: Panel, labelled: boolean): void;
}

export function createPicture(actions: Actions, words: Words): PicturePart {
  const canvas = element("canvas", { role: "img" });
  const cross = createCrosshair();
  const tip = element("div", { class: "tip" });
  const name = { role: "application", "aria-label": words("picture.keys") };
  const frame = element("div", { class: "pic", tabindex: 0, ...name, ...focusable }, canvas, cross.element, tip);
  const paint = createPanelPainter();
  const changed = createChange();
  const pointAt = (hover: number | null) => actions.drag({ hover });

  const follow = (event: PointerEvent) => {
    const size = inputSize(actions.now().map);
    if (!size) return;
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * size.width);
    const row = Math.floor(((event.clientY - box.top) / box.height) * size.height);
    if (row >= 0 && column >= 0 && row < size.height && column < size.width) pointAt(row * size.width + column);
  };
  frame.addEventListener("pointermove", follow);
  frame.addEventListener("pointerdown", follow); // a finger that only taps
  frame.addEventListener("pointerleave", () => pointAt(null));
  frame.addEventListener("keydown", (event) => {
    const { map, traits } = actions.now();
    const size = inputSize(map);
    const hover = size ? moved(traits.hover, size, event.key, event.shiftKey) : undefined;
    if (hover === undefined) return;
    pointAt(hover);
    if (map && hover !== null) actions.say(reading(actions.now(), map, hover, words).join(" "));
    event.preventDefault();
    event.stopPropagation();
  });

  const point = (state: State, { width, height }: Layout, labelled: boolean) => {
    const { map, traits } = state;
    const { hover } = traits;
    const size = inputSize(map);
    const inside = map && size && hover !== null && hover < size.width * size.height;
    tip.hidden = !(inside && labelled);
    if (!inside) {
      cross.hide();
      return;
    }
    const x = ((hover % size.width) + 0.5) * (width / size.width);
    const y = (Math.floor(hover / size.width) + 0.5) * (height / size.height);
    cross.place(x, y);
    if (!labelled) return;
    const [place, value, error] = reading(state, map, hover, words);
    tip.replaceChildren(`${place}\u2002`, element("b", {}, value), element("span", { class: "muted" }, ` ${error}`));
    const below = y + 14 + tip.offsetHeight <= height;
    tip.style.left = `${Math.max(0, Math.min(width - tip.offsetWidth, x - 13))}px`;
    tip.style.top = `${below ? y + 14 : y - 14 - tip.offsetHeight}px`;
  };

  return {
    element: frame,
    draw(scene, panel, labelled) {
      const { state, layout, ramps } = scene;
      const { map, picture, range, traits } = state;
      frame.style.width = `${layout.width}px`;
      frame.style.height = `${layout.height}px`;
      frame.classList.toggle("faint", !map && panel !== "map");
      const look = [
        traits.sign,
        traits.opacity,
        traits.threshold,
        ramps,
        layout.width,
        layout.height,
        devicePixelRatio,
      ];
      if (changed(panel, map, picture, range, ...look)) {
        paint(canvas, scene, panel, devicePixelRatio || 1);
        setAttributes(canvas, { "aria-label": describe(state, words, panel) });
      }
      point(state, layout, labelled);
    },
  };
}
