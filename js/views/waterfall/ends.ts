// The mean below the bars, the prediction above them, before and after a change; the axis.
import { setAttributes, shape, write } from "../../lib/dom";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { printMean } from "./describe";
import type { Geometry } from "./layout";
import type { Drawing, Layer } from "./scene";

export function createAxis(): Layer {
  const whole = shape("g", { class: "axis", "aria-hidden": "true" });
  return {
    element: whole,
    draw({ geometry }) {
      const { x, ticks, axis, left, right } = geometry;
      whole.replaceChildren(
        shape("path", { class: "rule", d: `M${left} ${axis + 0.5}H${right}` }),
        ...ticks.values.flatMap((value) => {
          const place = Math.round(x.place(value)) + 0.5;
          return [
            shape("path", { class: "tick", d: `M${place} ${axis}v4` }),
            shape("text", { x: place, y: axis + 17, "text-anchor": "middle" }, ticks.print(value)),
          ];
        }),
      );
    },
  };
}

/** Where the way begins: words under the bars, a dotted line to them. */
export function createMean(words: Words, measure: Measure): Layer {
  const line = shape("path", { class: "mean" });
  const text = shape("text", { class: "mean" });
  return {
    element: shape("g", { class: "ends", "aria-hidden": "true" }, line, text),
    draw(drawing) {
      const { geometry, bars } = drawing;
      const place = Math.round(geometry.x.place(bars.base)) + 0.5;
      const given = drawing.waterfall.header.base !== null;
      const told = given ? words("waterfall.mean", { value: printMean(drawing) }) : words("waterfall.zero");
      write(text, told);
      setAttributes(text, { ...beside(place, measure(told, "400 12px"), geometry), y: geometry.mean });
      setAttributes(line, { d: `M${place} ${geometry.middles.at(-1)! + 8}V${geometry.axis}` });
    },
  };
}

/** Where it ends: the prediction, and an arrow from what it was before a change. */
export function createPrediction(words: Words, measure: Measure): Layer {
  const whole = shape("g", { class: "ends", "aria-hidden": "true" });
  return {
    element: whole,
    draw(drawing) {
      const { geometry, bars } = drawing;
      const { x, digits, top } = geometry;
      const place = Math.round(x.place(bars.prediction)) + 0.5;
      const told = words("waterfall.prediction", { value: digits.plain(bars.prediction) });
      const width = measure(told, "600 17px");
      const at = Math.min(geometry.right - width / 2, Math.max(geometry.left + width / 2, place));
      const parts: SVGElement[] = [
        shape("path", { class: "prediction", d: `M${place} ${top - 10}V${geometry.middles[0]! + 8}` }),
        shape("text", { class: "prediction", x: at, y: top - 17, "text-anchor": "middle" }, told),
      ];
      if (bars.predictionBefore !== null)
        parts.push(...before(drawing, at - width / 2, at + width / 2, words, measure));
      whole.replaceChildren(...parts);
    },
  };
}

function before(
  { geometry, bars }: Drawing,
  left: number,
  right: number,
  words: Words,
  measure: Measure,
): SVGElement[] {
  const { x, digits, top } = geometry;
  const [from, to] = [bars.predictionBefore!, bars.prediction].map((value) => Math.round(x.place(value)) + 0.5);
  const told = words("waterfall.before", { value: digits.plain(bars.predictionBefore!) });
  const width = measure(told, "400 12px");
  const fitsLeft = left - width - 12 >= 0;
  const fitsRight = right + width + 12 <= geometry.right;
  const toLeft = fitsLeft && (from! <= to! || !fitsRight);
  const y = top - 6.5;
  const way = Math.sign(to! - from!);
  const arrow = Math.abs(to! - from!) > 8 ? `M${to! - way * 5} ${y - 3.5}L${to} ${y}L${to! - way * 5} ${y + 3.5}` : "";
  return [
    shape("path", { class: "was", d: `M${from} ${top - 10}V${geometry.middles[0]! + 8}` }),
    shape("path", { class: "moved", d: `M${from} ${y}H${to}${arrow}` }),
    shape(
      "text",
      { class: "was", x: toLeft ? left - 12 : right + 12, y: top - 17, "text-anchor": toLeft ? "end" : "start" },
      told,
    ),
  ];
}

/** Words beside a line, at the side with room; at the left there are no names in their line. */
function beside(place: number, width: number, { right }: Geometry) {
  const fits = place + 6 + width <= right;
  return { x: fits ? place + 6 : Math.max(width, place - 6), "text-anchor": fits ? "start" : "end" };
}
