// The bar under the pointer or the focus, in full.
import { element, write } from "../../lib/dom";
import type { Words } from "../../lib/words";
import { reading } from "./describe";
import { LINE } from "./layout";
import type { Layer } from "./scene";

export function createTip(words: Words): Layer {
  const name = element("b");
  const rest = element("span");
  const whole = element("div", { class: "tip", hidden: true, "aria-hidden": "true" }, name, "\u2002", rest);
  return {
    element: whole,
    draw(drawing, { local: { at, open } }) {
      const { geometry, bars, waterfall } = drawing;
      const bar = at === null ? undefined : bars.bars[at];
      whole.hidden = !bar || (bar.kind === "feature" && open === waterfall.header.features[bar.feature]);
      if (!bar || whole.hidden) return;
      const [first, ...others] = reading(drawing, at!, words);
      write(name, first!);
      write(rest, others.join(", "));
      const below = geometry.middles[at!]! + LINE / 2 + 2;
      const most = geometry.width - whole.offsetWidth;
      const least = Math.min(most, geometry.left); // the names stay free, where there is room
      whole.style.left = `${Math.max(0, least, Math.min(most, geometry.x.place(bar.to) - whole.offsetWidth / 2))}px`;
      whole.style.top = `${below + whole.offsetHeight > geometry.height ? below - LINE - whole.offsetHeight - 4 : below}px`;
    },
  };
}
