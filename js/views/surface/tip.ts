// What is under the pointer, in numbers.
import { element, write } from "../../lib/dom";
import type { Words } from "../../lib/words";
import { reading } from "./describe";
import type { Layer } from "./scene";

export function createTip(words: Words): Layer {
  const where = element("span");
  const value = element("b");
  const rows = element("span", { class: "muted" });
  const whole = element("div", { class: "tip", hidden: true }, where, "\u2002", value, "\u2002", rows);
  return {
    element: whole,
    draw(drawing, { local: { at } }) {
      whole.hidden = at === null;
      if (!at) return;
      [where, value, rows].forEach((part, index) => {
        write(part, reading(drawing, at, words)[index]!);
      });
      const { x, y, top, width } = drawing.geometry;
      const [across, down] = [x.place(at[0]), y.place(at[1])];
      const above = down - whole.offsetHeight - 12;
      whole.style.left = `${Math.max(0, Math.min(width - whole.offsetWidth, across - whole.offsetWidth / 2))}px`;
      whole.style.top = `${above >= top ? above : down + 14}px`;
    },
  };
}
