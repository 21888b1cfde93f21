// The row under the pointer: its dots ringed, and the one pointed at in numbers.
import { element, shape, write } from "../../lib/dom";
import { integer } from "../../lib/format";
import type { DotsState } from "../../lib/swarm_state";
import type { Words } from "../../lib/words";
import { readingOf } from "./dots";
import type { Drawing, Kind, Layer } from "./scene";

/** Which row, what it has of the feature, and the value; of a picture only the place, until the kernel has said more. */
export function toldOf(drawing: Drawing, dot: number, state: DotsState, kind: Kind, words: Words): [string, string] {
  const { dots, scatter } = drawing;
  const row = dots.rows[dot]!;
  const reading = readingOf(drawing, row, state);
  const named = words("swarm.row", { row: integer(row) });
  const [where, value] = reading
    ? kind.told(drawing, reading, kind.lineAt(scatter, dots.y[dot]!), words)
    : kind.nearly(drawing, dot, words);
  return [`${named}, ${where}`, value];
}

export function createTip(words: Words, kind: Kind): Layer {
  const text = element("span");
  const value = element("b");
  const whole = element("div", { class: "tip", hidden: true }, text, "\u2002", value);
  return {
    element: whole,
    draw(drawing, { state, local: { dot } }) {
      const pointed = dot !== null && dot < drawing.dots.count && drawing.dots.rows[dot] === state.traits.hover;
      whole.hidden = !pointed;
      if (!pointed) return;
      const [where, number] = toldOf(drawing, dot, state, kind, words);
      write(text, where);
      write(value, number);
      const [across, down] = [drawing.dots.across[dot]!, drawing.dots.down[dot]!];
      const above = down - whole.offsetHeight - 10;
      const most = drawing.geometry.width - whole.offsetWidth;
      whole.style.left = `${Math.max(0, Math.min(most, across - whole.offsetWidth / 2))}px`;
      whole.style.top = `${above >= 0 ? above : down + 12}px`;
    },
  };
}

export function createHovered(): Layer {
  const whole = shape("g", { class: "hovered", "aria-hidden": "true" });
  return {
    element: whole,
    draw(drawing, { state, local: { dot } }) {
      const { hover } = state.traits;
      const reading = readingOf(drawing, hover, state);
      const { dots } = drawing;
      const own = !reading && dot !== null && dots.rows[dot] === hover && hover !== null;
      const across = reading?.across ?? (own ? [dots.across[dot]!] : []);
      const down = reading?.down ?? (own ? [dots.down[dot]!] : []);
      whole.replaceChildren(
        ...across.flatMap((cx, line) => {
          const ring = { cx, cy: down[line]!, r: 4 };
          return [shape("circle", { class: "halo", ...ring }), shape("circle", ring)];
        }),
      );
    },
  };
}
