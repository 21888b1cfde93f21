// The colour bar: the values of the contours, and a mark at the value that is read.
import { toCss } from "../../lib/colour";
import { setAttributes, shape } from "../../lib/dom";
import { scaleOf } from "../../lib/scale";
import { readSurface } from "../../lib/surface_reading";
import type { Words } from "../../lib/words";
import type { Drawing, Layer } from "./scene";

const STEPS = 64; // colours along the bar

export function createColourBar(words: Words): Layer {
  const whole = shape("g", { class: "bar", role: "img" });
  return {
    element: whole,
    draw(drawing) {
      const { surface, geometry, ramp } = drawing;
      const { bar, above, bottom, ticks } = geometry;
      const scale = scaleOfBar(drawing);
      const step = (bottom - above.top) / STEPS;
      const width = bar.right - bar.left;
      const [low, high] = surface.range;
      const told = { low: ticks.fine(low), high: ticks.fine(high) + ticks.power };
      setAttributes(whole, { "aria-label": words("surface.bar", told) });
      whole.replaceChildren(
        ...Array.from({ length: STEPS }, (_, index) => {
          const fill = toCss(ramp[Math.round(((STEPS - 0.5 - index) / STEPS) * (ramp.length - 1))]!);
          return shape("rect", { x: bar.left, y: above.top + index * step, width, height: step + 0.5, fill });
        }),
        shape("rect", { class: "edge", x: bar.left, y: above.top, width, height: bottom - above.top }),
        ...ticks.values
          .filter((value) => value >= scale.low && value <= scale.high)
          .flatMap((value) => {
            const place = Math.round(scale.place(value)) + 0.5;
            return [
              shape("path", { class: "tick", d: `M${bar.right} ${place}h3` }),
              shape("text", { x: bar.right + 6, y: place + 3.5 }, ticks.print(value)),
            ];
          }),
      );
    },
  };
}

export function createBarMark(): Layer {
  const mark = shape("path", { class: "mark", "aria-hidden": "true" });
  return {
    element: mark,
    draw(drawing, { local }) {
      const value = readSurface(drawing.surface, local.at ?? drawing.cursor);
      const place = scaleOfBar(drawing).place(value);
      setAttributes(mark, { d: `M${drawing.geometry.bar.left - 1} ${place.toFixed(1)}l-7 -4.5v9z` });
    },
  };
}

function scaleOfBar({ surface: { range }, geometry: { above, bottom } }: Drawing) {
  const [low, high] = range;
  return high > low ? scaleOf(low, high, bottom, above.top) : scaleOf(low - 1, high + 1, bottom, above.top);
}
