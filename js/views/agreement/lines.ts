// A line for each feature: the marks of all methods joined, and their numbers. Where two disagree, the line is strong.
import { shape } from "../../lib/dom";
import { cut } from "../../lib/measure";
import type { Measure } from "../plot_scene";
import { printShare } from "./describe";
import { ERRORS } from "./layout";
import { markOf, toneOf } from "./marks";
import type { Drawing, Layer, Scene } from "./scene";

export function createLines(measure: Measure): Layer {
  const whole = shape("g", { class: "lines", "aria-hidden": "true" });
  return {
    element: whole,
    draw(drawing, scene) {
      const { agreement, shown } = drawing;
      const disputed = new Set(agreement.header.disagreements.map(({ feature }) => feature));
      whole.replaceChildren(
        ...shown.flatMap((feature, at) => lineOf(feature, at, disputed.has(feature), drawing, scene, measure)),
      );
    },
  };
}

function lineOf(
  feature: number,
  at: number,
  disputed: boolean,
  { agreement, geometry }: Drawing,
  { state }: Scene,
  measure: Measure,
): SVGElement[] {
  const { header, shares, errors } = agreement;
  const { x, top, step, lanes, columns, room } = geometry;
  const middle = top + (at + 0.5) * step;
  const chosen = header.features[feature] === state.traits.feature;
  const font = chosen || disputed ? "600 12px" : "400 12px";
  const name = cut(header.features[feature]!, room, (part) => measure(part, font));
  const kind = `name${chosen ? " chosen" : ""}${disputed ? " disputed" : ""}`;
  const marks = header.methods.map(({ name }, method) => {
    const share = shares[method]![feature]!;
    return { name, share, error: ERRORS * errors[method]![feature]!, x: x.place(share), y: middle + lanes[method]! };
  });
  const joined = `M${marks.map(({ x, y }) => `${x.toFixed(1)} ${y}`).join("L")}`;
  return [
    shape("text", { class: kind, x: room, y: middle + 4, "text-anchor": "end" }, name),
    shape("path", { class: disputed ? "join disputed" : "join", d: joined }),
    ...marks.flatMap(({ share, error, y }) =>
      error
        ? [
            shape("path", {
              class: `error ${toneOf(share)}`,
              d: `M${x.place(share - error).toFixed(1)} ${y}H${x.place(share + error).toFixed(1)}`,
            }),
          ]
        : [],
    ),
    ...marks.map(({ name, share, x, y }) => markOf(name, toneOf(share), x, y)),
    ...marks.map(({ share }, method) =>
      shape(
        "text",
        { class: `number ${toneOf(share)}`, x: columns[method]!, y: middle + 4, "text-anchor": "end" },
        printShare(share),
      ),
    ),
  ];
}
