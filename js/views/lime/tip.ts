// The weight under the pointer, in numbers.
import { element, write } from "../../lib/dom";
import type { Words } from "../../lib/words";
import { between, named } from "./describe";
import type { Layer } from "./scene";

export function createTip(words: Words): Layer {
  const name = element("span");
  const value = element("b");
  const others = element("span", { class: "muted" });
  const whole = element("div", { class: "tip", hidden: true }, name, "\u2002", value, "\u2002", others);
  return {
    element: whole,
    draw({ found, geometry }, { local: { at } }) {
      const weight = at === null ? undefined : found.weights[at];
      whole.hidden = !weight;
      if (!weight || at === null) return;
      const { digits, top, row, width, x } = geometry;
      write(name, named(weight));
      write(value, digits.signed(weight.weight) + digits.power);
      write(others, between(weight, digits, words));
      const across = x.place(weight.weight) - whole.offsetWidth / 2;
      const under = top + row * (at + 1) + 2;
      const over = top + row * at - whole.offsetHeight - 2;
      whole.style.left = `${Math.max(0, Math.min(width - whole.offsetWidth, across))}px`;
      whole.style.top = `${over >= 0 ? over : under}px`;
    },
  };
}
