// What is under the pointer, in full.
import { element } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import { reading } from "./describe";
import type { Layer } from "./scene";

export function createTip(words: Words): Layer {
  const whole = element("div", { class: "tip", hidden: true });
  const changed = createChange();
  return {
    element: whole,
    draw(drawing, { local: { at } }) {
      const shown = at !== null && at < drawing.shown.length;
      whole.hidden = !shown;
      if (!shown) return;
      const { room, top, step, width, bottom } = drawing.geometry;
      if (changed(drawing, at)) {
        const [head, ...told] = reading(drawing, at, words);
        whole.replaceChildren(element("b", {}, head!), ...told.map((text) => element("span", {}, text)));
      }
      const under = top + (at + 1) * step + 2;
      const fits = under + whole.offsetHeight <= bottom + 20;
      whole.style.left = `${Math.max(0, Math.min(width - whole.offsetWidth, room + 12))}px`;
      whole.style.top = `${fits ? under : top + at * step - whole.offsetHeight - 2}px`;
    },
  };
}
