// Gridlines under the curves, numbers at the left, values of the feature under the histogram.
import { shape } from "../../lib/dom";
import { cut } from "../../lib/measure";
import type { Geometry } from "./layout";
import type { Layer } from "./scene";

export function createAxes(measure: (text: string) => number): Layer {
  const whole = shape("svg", { class: "ground", "aria-hidden": "true" });
  return {
    element: whole,
    draw({ picture, geometry }) {
      const under = picture.category
        ? categories(picture.curves.header.grid.map(String), geometry, measure)
        : numbers(geometry);
      whole.replaceChildren(...gridlines(geometry), ...under);
    },
  };
}

function gridlines({ left, right, y, yTicks }: Geometry): SVGElement[] {
  return yTicks.values.flatMap((value) => {
    const place = Math.round(y.place(value)) + 0.5;
    return [
      shape("path", { class: "rule", d: `M${left} ${place}H${right}` }),
      shape("text", { x: left - 8, y: place + 3.5, "text-anchor": "end" }, yTicks.print(value)),
    ];
  });
}

function numbers({ x, xTicks, strip }: Geometry): SVGElement[] {
  return (xTicks?.values ?? []).flatMap((value) => {
    const place = Math.round(x.place(value)) + 0.5;
    return [
      shape("path", { class: "tick", d: `M${place} ${strip.base}v4` }),
      shape("text", { x: place, y: strip.base + 17, "text-anchor": "middle" }, xTicks!.print(value)),
    ];
  });
}

const READABLE = 30; // pixels for a name

/** Names of categories, cut where their room ends; every second or third where it is small. */
function categories(names: string[], { x, strip }: Geometry, measure: (text: string) => number): SVGElement[] {
  const room = x.place(1) - x.place(0);
  const each = Math.max(1, Math.ceil(READABLE / room));
  return names.flatMap((name, index) => {
    if (index % each) return [];
    const text = cut(name, room * each - 6, measure);
    return [
      shape("text", { x: x.place(index), y: strip.base + 17, "text-anchor": "middle" }, text, shape("title", {}, name)),
    ];
  });
}
