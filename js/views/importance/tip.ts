// What is under the pointer, in full: the feature's whole name, its mean and its interval.
import { element, write } from "../../lib/dom";
import type { Words } from "../../lib/words";
import { reading } from "./describe";
import type { Layer } from "./scene";

export function createTip(words: Words): Layer {
  const name = element("b");
  const all = element("span");
  const selected = element("span", { class: "chosen" });
  const whole = element("div", { class: "tip", hidden: true }, name, all, selected);
  return {
    element: whole,
    draw(drawing, { local: { at } }) {
      const shown = at !== null && at < drawing.bars.length;
      whole.hidden = !shown;
      if (!shown) return;
      const { left, top, step, width, height } = drawing.geometry;
      const told = reading(drawing, at, words);
      [name, all, selected].forEach((part, index) => {
        write(part, told[index]!);
      });
      selected.hidden = told[2] === "";
      const under = top + (at + 1) * step + 2;
      const fits = under + whole.offsetHeight <= height;
      whole.style.left = `${Math.max(0, Math.min(width - whole.offsetWidth, left))}px`;
      whole.style.top = `${fits ? under : top + at * step - whole.offsetHeight - 2}px`;
    },
  };
}
