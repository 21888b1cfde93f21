// A line for each bar: its name and value, and what hand and keys do there.
import { focusable, focusedIn, setAttributes, shape, write } from "../../lib/dom";
import { taken } from "../../lib/handling";
import { isReachable } from "../../lib/state";
import { isChanged } from "../../lib/waterfall_bars";
import type { Words } from "../../lib/words";
import { reading } from "./describe";
import { LINE } from "./layout";
import type { Actions, Drawing, Layer, Scene } from "./scene";

interface Row {
  element: SVGElement;
  draw(drawing: Drawing, scene: Scene, current: boolean): void;
}

/** Lines stay the same elements while numbers come, so that the focus stays where it is. */
export function createRows(actions: Actions, words: Words): Layer & { focus(): void } {
  const whole = shape("g", { class: "rows", role: "group", "aria-label": words("waterfall.rows") });
  const rows: Row[] = [];
  let current = 0;
  let count = 0;
  const go = (index: number) => {
    current = Math.min(count - 1, Math.max(0, index));
    rows[current]!.element.focus({ preventScroll: false });
  };
  whole.addEventListener("pointerleave", () => actions.change({ at: null }));
  return {
    element: whole,
    focus: () => go(current),
    draw(drawing, scene) {
      count = drawing.bars.bars.length;
      while (rows.length < count) {
        const index = rows.length;
        rows.push(
          createRow(index, actions, words, {
            go,
            stay() {
              current = index;
            },
          }),
        );
      }
      current = Math.min(current, count - 1);
      const wanted = rows.slice(0, count);
      if (whole.childElementCount !== count) {
        if (focusedIn(whole) && !wanted.some((row) => focusedIn(row.element))) go(current);
        whole.replaceChildren(...wanted.map((row) => row.element));
      }
      wanted.forEach((row, index) => {
        row.draw(drawing, scene, index === current);
      });
    },
  };
}

interface Moves {
  go(index: number): void;
  stay(): void;
}

function createRow(index: number, actions: Actions, words: Words, { go, stay }: Moves): Row {
  const ground = shape("rect", { class: "ground", height: LINE });
  const name = shape("text", { class: "name", "text-anchor": "end" });
  const before = shape("text", { class: "before", "text-anchor": "end" });
  const value = shape("text", { class: "value", "text-anchor": "end" });
  const underline = shape("path", { class: "underline" });
  const label = shape("rect", { class: "label", height: LINE });
  const hidden = { "aria-hidden": "true" };
  const line = shape(
    "g",
    { class: "row", ...focusable },
    ground,
    shape("g", { class: "words", ...hidden }, name, before, value, underline),
    label,
  );
  let feature: string | null = null;
  let open = false;

  const toggle = () => {
    if (feature !== null) actions.change({ open: open ? null : feature });
  };
  line.addEventListener("pointerenter", () => actions.change({ at: index }));
  line.addEventListener("focus", () => {
    stay();
    actions.change({ at: index });
  });
  line.addEventListener("blur", () => actions.change({ at: null }));
  label.addEventListener("click", toggle);
  line.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") go(index + 1);
    else if (event.key === "ArrowUp") go(index - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(Number.POSITIVE_INFINITY);
    else if (event.key === "Enter" || event.key === " ") toggle();
    else if (event.key === "Escape" && open) toggle();
    else if (event.key === "Delete" && feature !== null) actions.restore(feature);
    else return;
    taken(event);
  });

  return {
    element: line,
    draw(drawing, { state, local }, current) {
      const { geometry, bars, waterfall } = drawing;
      const bar = bars.bars[index]!;
      const text = geometry.labels[index]!;
      const middle = geometry.middles[index]!;
      const own = bar.kind === "feature" ? waterfall.header.features[bar.feature]! : null;
      const range = isReachable(state.kernel) && own !== null ? (state.traits.ranges?.[bar.feature] ?? null) : null;
      feature = range ? own : null;
      open = feature !== null && local.open === feature;
      const changed = isChanged(waterfall, bar.feature);
      line.setAttribute(
        "class",
        ["row", bar.kind, ...(changed ? ["changed"] : []), ...(range ? ["editable"] : [])].join(" "),
      );
      setAttributes(line, {
        role: range ? "button" : "img",
        tabindex: current ? 0 : -1,
        "aria-label": reading(drawing, index, words).join(", "),
        "aria-expanded": range ? String(open) : null,
        "aria-keyshortcuts": changed ? "Delete" : null,
      });
      const right = geometry.named;
      setAttributes(ground, { x: 0, y: middle - LINE / 2, width: geometry.width });
      ground.classList.toggle("on", local.at === index);
      setAttributes(label, { x: 0, y: middle - LINE / 2, width: geometry.left });
      const base = middle + 4;
      write(name, text.name);
      write(before, text.before);
      write(value, text.value);
      setAttributes(value, { x: right, y: base });
      setAttributes(before, { x: right - text.widths.value, y: base });
      setAttributes(name, { x: right - text.widths.value - text.widths.before, y: base });
      setAttributes(underline, {
        d: range && text.value ? `M${right - text.widths.value} ${Math.round(base + 3) + 0.5}H${right}` : "",
      });
    },
  };
}
