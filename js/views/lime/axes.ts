// Gridlines under the bars, numbers below them, and what the two sides mean.
import { shape } from "../../lib/dom";
import { isFlat } from "../../lib/lime_frame";
import { cut } from "../../lib/measure";
import type { Words } from "../../lib/words";
import type { Layer } from "./scene";

const SIDE = 44; // pixels that a side needs to be named

export function createAxes(words: Words, measure: (text: string) => number): Layer {
  const whole = shape("g", { class: "axes", "aria-hidden": "true" });
  return {
    element: whole,
    draw({ found, geometry }) {
      const { x, ticks, top, bottom, left, right, narrow } = geometry;
      const zero = x.place(0);
      const meaning = words(found.header.standardised ? "lime.axis.standardised" : "lime.axis") + ticks.power;
      const start = narrow ? 0 : left;
      whole.replaceChildren(
        ...(isFlat(found) ? [] : ticks.values).flatMap((value) => {
          const place = Math.round(x.place(value)) + 0.5;
          const text = value === 0 ? "0" : ticks.print(value);
          const half = measure(text) / 2;
          const at = Math.min(geometry.width - half, Math.max(half, place));
          return [
            shape("path", { class: "rule", d: `M${place} ${top}V${bottom}` }),
            shape("text", { x: at, y: bottom + 15, "text-anchor": "middle" }, text),
          ];
        }),
        ...(zero - left > SIDE && found.range[0] < 0
          ? [shape("text", { class: "lower", x: zero - 6, y: 11, "text-anchor": "end" }, `← ${words("lime.lowers")}`)]
          : []),
        ...(right - zero > SIDE && found.range[1] > 0
          ? [shape("text", { class: "raise", x: zero + 6, y: 11 }, `${words("lime.raises")} →`)]
          : []),
        ...(found.header.parameters && !isFlat(found)
          ? [shape("text", { x: start, y: bottom + 34 }, cut(meaning, geometry.width - start, measure))]
          : []),
      );
    },
  };
}
