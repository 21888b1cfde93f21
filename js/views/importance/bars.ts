// A bar for each feature with its interval and its number; beside it, where rows are selected, the same of them.
import { shape } from "../../lib/dom";
import { type Bar, ERRORS, type Length } from "../../lib/importance_bars";
import { cut } from "../../lib/measure";
import type { Measure } from "../plot_scene";
import { labelsOf } from "./describe";
import { BESIDE, type Geometry } from "./layout";
import type { Drawing, Layer, Scene } from "./scene";

const LEAST = 1; // pixels of an interval that can be seen

export function createBars(measure: Measure): Layer {
  const whole = shape("g", { class: "bars", "aria-hidden": "true" });
  return {
    element: whole,
    draw(drawing, scene) {
      const { bars, geometry } = drawing;
      const labels = labelsOf(drawing.importance, scene.words);
      whole.replaceChildren(
        ...bars.flatMap((bar, index) => [
          nameOf(bar, index, drawing, scene, measure),
          ...[bar.all, bar.selected].flatMap((length, group) =>
            length ? barOf(length, group, index, bar, geometry, index === 0 ? labels[group]! : "") : [],
          ),
        ]),
        shape("path", { class: "zero", d: `M${geometry.left + 0.5} 0V${geometry.height - 2}` }),
      );
    },
  };
}

function nameOf(
  { name, feature }: Bar,
  index: number,
  { geometry }: Drawing,
  { state }: Scene,
  measure: Measure,
): SVGElement {
  const { room, top, step } = geometry;
  const chosen = feature !== null && name === state.traits.feature;
  const kind = feature === null ? "name rest" : chosen ? "name chosen" : "name";
  const text = cut(name, room, (part) => measure(part, chosen ? "600 12px" : "400 12px"));
  return shape("text", { class: kind, x: room, y: top + step * (index + 0.5) + 4, "text-anchor": "end" }, text);
}

function barOf(
  length: Length,
  group: number,
  index: number,
  { feature, selected }: Bar,
  { left, top, step, thickness, place, print }: Geometry,
  label: string,
): SVGElement[] {
  const { mean, error } = length;
  const middle = top + step * (index + 0.5) + (selected ? (group - 0.5) * (thickness + 2) : 0);
  const tone = `${group ? "selected" : "all"}${feature === null ? " rest" : ""}`;
  const [low, high] = [Math.max(0, mean - ERRORS * (error ?? 0)), mean + ERRORS * (error ?? 0)].map(place);
  const number = shape("text", { class: `number ${tone}`, x: fixed(high! + BESIDE), y: middle + 4 }, print(mean));
  if (label) number.append(shape("tspan", { class: "label", dx: "0.6em" }, label));
  return [
    shape("rect", {
      class: `bar ${tone}`,
      x: left,
      y: middle - thickness / 2,
      width: fixed(place(mean) - left),
      height: thickness,
    }),
    ...(high! - low! >= LEAST ? whiskers(low!, high!, middle) : []),
    number,
  ];
}

function whiskers(low: number, high: number, middle: number): SVGElement[] {
  const d = `M${fixed(low)} ${middle}H${fixed(high)}M${fixed(low)} ${middle - 3}v6M${fixed(high)} ${middle - 3}v6`;
  return [shape("path", { class: "halo", d }), shape("path", { class: "whisker", d })];
}

const fixed = (place: number) => place.toFixed(1);
