// The axis of shares under the lines, which side is which above them, and who the numbers at the right are of.
import { shape } from "../../lib/dom";
import type { Measure } from "../plot_scene";
import { headOf } from "./describe";
import { MARK_AND_GAP } from "./layout";
import { markOf } from "./marks";
import type { Drawing, Layer, Scene } from "./scene";

export function createAxes(measure: Measure): Layer {
  const whole = shape("g", { class: "axes", "aria-hidden": "true" });
  return {
    element: whole,
    draw(drawing, scene) {
      whole.replaceChildren(
        ...gridlines(drawing),
        ...sides(drawing, scene, measure),
        ...heads(drawing, scene, measure),
      );
    },
  };
}

function gridlines({ geometry: { ticks, x, top, bottom } }: Drawing): SVGElement[] {
  return ticks.values.flatMap((value) => {
    const place = Math.round(x.place(value / 100)) + 0.5;
    const zero = Math.abs(value) < 1e-9;
    return [
      shape("path", { class: zero ? "zero" : "rule", d: `M${place} ${top - 4}V${bottom + 4}` }),
      shape("text", { x: place, y: bottom + 17, "text-anchor": "middle" }, zero ? "0" : `${ticks.print(value)} %`),
    ];
  });
}

/** Words on both sides of zero, where they have room. */
function sides({ geometry: { x } }: Drawing, { words }: Scene, measure: Measure): SVGElement[] {
  const [zero, left, right] = [0, x.low, x.high].map(x.place) as [number, number, number];
  const [lowers, raises] = [`← ${words("agree.lowers")}`, `${words("agree.raises")} →`];
  const fits = (text: string, room: number) => measure(text) + 8 <= room;
  return [
    ...(fits(lowers, zero - left + 6)
      ? [shape("text", { class: "side lowers", x: zero - 6, y: 12, "text-anchor": "end" }, lowers)]
      : []),
    ...(fits(raises, right - zero + 6) ? [shape("text", { class: "side raises", x: zero + 6, y: 12 }, raises)] : []),
  ];
}

/** Over each column of numbers the mark of its method, and its name. */
function heads(
  { agreement, geometry: { columns, narrow } }: Drawing,
  { words }: Scene,
  measure: Measure,
): SVGElement[] {
  return agreement.header.methods.flatMap((method, index) => {
    const [right, name] = [columns[index]!, headOf(method, narrow, words)];
    const mark = markOf(method.name, "head", right - measure(name, "600 12px") - MARK_AND_GAP / 2 - 2, 8);
    return [mark, shape("text", { class: "method", x: right, y: 12, "text-anchor": "end" }, name)];
  });
}
