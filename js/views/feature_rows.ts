// Features one under the other, as a hand and the keys find them: one stop of the tab key, arrows go from one to the
// next, Enter or a click chooses.
import { focusable, focusedIn, setAttributes, shape } from "../lib/dom";

export interface FeatureRow {
  /** What is read aloud. */
  told: string;
  chosen: boolean;
  /** Whether it can be chosen. */
  offered: boolean;
}

export interface FeatureRows {
  element: SVGElement;
  /** `at` is the row under the pointer or with the focus. */
  draw(rows: FeatureRow[], place: { top: number; step: number; width: number }, at: number | null): void;
}

interface Asked {
  choose(row: number): void;
  point(row: number | null): void;
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
const ENDS: Record<string, number> = { Home: 0, End: Number.MAX_SAFE_INTEGER };

export function createFeatureRows(label: string, { choose, point }: Asked): FeatureRows {
  const whole = shape("g", { class: "rows", role: "listbox", "aria-label": label });
  let shapes: SVGElement[] = [];
  let shown: FeatureRow[] = [];
  let stop = 0; // the row that the tab key comes to

  const press = (row: number) => {
    if (shown[row]?.offered) choose(row);
  };
  const visit = (row: number) => {
    stop = Math.min(shapes.length - 1, Math.max(0, row));
    shapes.forEach((one, index) => {
      setAttributes(one, { tabindex: index === stop ? 0 : -1 });
    });
    shapes[stop]?.focus({ preventScroll: true });
  };
  const make = (row: number) => {
    const made = shape("rect", { role: "option", ...focusable });
    made.addEventListener("click", () => {
      visit(row);
      press(row);
    });
    made.addEventListener("pointerenter", () => point(row));
    made.addEventListener("focus", () => point(row));
    made.addEventListener("blur", () => point(null));
    return made;
  };
  whole.addEventListener("pointerleave", () => point(null));
  whole.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return; // the notebook's own
    const to = key in ENDS ? ENDS[key] : key in STEPS ? stop + STEPS[key]! : undefined;
    if (to !== undefined) visit(to);
    else if (key === "Enter" || key === " ") press(stop);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element: whole,
    draw(rows, { top, step, width }, at) {
      shown = rows;
      if (rows.length !== shapes.length) {
        const held = focusedIn(whole) !== null;
        shapes = rows.map((_, row) => make(row));
        whole.replaceChildren(...shapes);
        stop = Math.min(stop, rows.length - 1);
        if (held) visit(stop);
      }
      rows.forEach(({ told, chosen, offered }, row) => {
        setAttributes(shapes[row]!, {
          x: 0,
          y: top + row * step,
          width,
          height: step,
          tabindex: row === stop ? 0 : -1,
          class: `row${row === at ? " at" : ""}${offered ? "" : " shut"}`,
          "aria-label": told,
          "aria-selected": String(chosen),
          "aria-disabled": offered ? null : "true",
        });
      });
    },
  };
}
