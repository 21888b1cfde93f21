// Above the plot: what is drawn, and a chip for each brush, with how it combines and a way to remove it.
import { button, select } from "../../lib/controls";
import { element, setAttributes, write } from "../../lib/dom";
import { integer } from "../../lib/format";
import { anchorOf } from "../../lib/ice_curves";
import { hasCurves } from "../../lib/ice_kinds";
import type { Operation } from "../../lib/ice_state";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import { brushName, removeBrush, whereIs } from "./boxes";
import type { Actions, Drawing, Part, Scene } from "./scene";

interface Chip {
  element: HTMLElement;
  draw(drawing: Drawing, scene: Scene): void;
}

const operations = ["and", "or", "not"] as const satisfies Operation[];

export function createCaption(actions: Actions, words: Words): Part {
  const title = element("span", { class: "title" });
  const row = element("span", { class: "chips" });
  const whole = element("div", { class: "caption" }, title, row);
  const selected = selectionChip(actions, words);
  let chips: Chip[] = [];
  const changed = createChange();
  return {
    element: whole,
    draw(scene) {
      const { drawing, state } = scene;
      whole.hidden = drawing === null;
      if (!drawing) return;
      const boxes = hasCurves(drawing.picture.look.kind) ? state.traits.brush.length : 0;
      write(title, titleOf(drawing, scene));
      if (changed(boxes)) {
        chips = Array.from({ length: boxes }, (_, index) => createChip(index, actions, words));
        row.replaceChildren(...chips.map(({ element }) => element), selected.element);
      }
      for (const chip of chips) chip.draw(drawing, scene);
      selected.draw(boxes ? 0 : drawing.picture.chosen);
    },
  };
}

/** What the curves are, and where their zero is. */
export function titleOf({ picture, geometry }: Drawing, { words }: Scene): string {
  const { curves, look } = picture;
  const { header } = curves;
  const { power } = geometry.yTicks;
  if (look.kind === "derivative") return words("ice.slope", { label: header.label, feature: header.feature }) + power;
  if (look.kind === "ale") return words("ice.effect", { label: header.label }) + power;
  if (!look.centered) return capital(header.label) + power;
  const at = anchorOf(curves, look.anchor);
  const value = picture.category ? String(header.grid[Math.round(at)]) : geometry.xTicks!.fine(at);
  return words("ice.change", { label: header.label, feature: header.feature, value }) + power;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function createChip(index: number, actions: Actions, words: Words): Chip {
  const name = words("ice.brush", { name: brushName(index) });
  const where = element("span", { class: "where" });
  const remove = button("×", words("ice.brush.remove", { name: brushName(index) }), () =>
    removeBrush(actions, index, remove),
  );
  const combine = select(
    words("ice.op", { name }),
    operations.map((value) => ({ value, text: words(`ice.op.${value}`) })),
    (op) =>
      actions.brush(
        actions.now().traits.brush.map((brush, at) => (at === index ? { ...brush, op: op as Operation } : brush)),
      ),
  );
  const input = combine.element.lastElementChild as HTMLElement;
  input.classList.add("op");
  const chip = element("span", { class: "chip", role: "group", "aria-label": name });
  chip.append(element("b", {}, brushName(index)), where, remove);
  return {
    element: index ? element("span", { class: "chips" }, input, chip) : chip,
    draw(drawing, { state: { traits }, words }) {
      const brush = traits.brush[index]!;
      write(where, whereIs(brush, drawing, words));
      setAttributes(where, { title: where.textContent });
      combine.show(brush.op);
    },
  };
}

function selectionChip(actions: Actions, words: Words) {
  const told = element("span", { class: "where" });
  const clear = button("×", words("ice.selected.clear"), () => {
    actions.brush([]);
    const plot = clear.closest(".ice-plot");
    plot?.querySelector<SVGElement>(".catcher")?.focus({ preventScroll: true });
  });
  const whole = element("span", { class: "chip", hidden: true }, told, clear);
  return {
    element: whole,
    draw(count: number) {
      whole.hidden = count === 0;
      write(told, words("ice.selected", { count: integer(count) }));
    },
  };
}
