// The row under the pointer: its output and its strongest features.
import { element } from "../../lib/dom";
import type { Words } from "../../lib/words";
import { outputOf, pointedOf, strongestOf } from "./describe";
import type { Drawing, Scene } from "./scene";

const ASIDE = 14; // pixels from the pointer's line

export function createTip(words: Words) {
  const whole = element("div", { class: "tip row", hidden: true });
  return {
    element: whole,
    draw(drawing: Drawing, { local, state: { traits } }: Scene) {
      const { at } = local;
      whole.hidden = at === null;
      if (at === null) return;
      const { force, stack, printer } = drawing;
      const record = pointedOf(drawing, at, traits.pointed);
      const strongest = strongestOf(record, force.header.features, printer, words);
      whole.replaceChildren(
        element(
          "div",
          { class: "head" },
          element("span", {}, words("force.row", { row: record.row })),
          element("b", {}, outputOf(record, printer, traits.link === "logit")),
        ),
        ...strongest.map(({ text, value, raises }) =>
          element("div", {}, element("span", {}, text), element("b", { class: raises ? "raise" : "lower" }, value)),
        ),
      );
      const { x, top, left, right, bottom } = stack!.geometry;
      const across = x.place(at + 0.5);
      const wide = whole.offsetWidth;
      const beyond = across + ASIDE + wide > right && across - ASIDE - wide > left - 50;
      whole.style.left = `${Math.max(0, beyond ? across - ASIDE - wide : Math.min(across + ASIDE, drawing.width - wide))}px`;
      whole.style.top = `${Math.max(0, Math.min(bottom - whole.offsetHeight, local.height - whole.offsetHeight / 2, bottom), top - 20)}px`;
    },
  };
}
