// Two cross-sections at the cursor, among those at all points: parallel ones mean that the features do not interact.
import { shape } from "../../lib/dom";
import { cut } from "../../lib/measure";
import { sections } from "../../lib/surface_reading";
import type { Words } from "../../lib/words";
import { printPlace } from "./describe";
import type { Layer } from "./scene";

const MOST = 16; // lines that can be told apart

/** The cross-sections at all points, or at every second, third and so on where there are many. */
export function createBundles(): Layer {
  const whole = shape("g", { class: "bundles", "aria-hidden": "true" });
  return {
    element: whole,
    draw({ surface: { x, y, values }, geometry }) {
      const count = y.places.length;
      const { upwards, sideways } = geometry;
      const flat = some(y.places).map((j) =>
        lineThrough(
          Array.from(x.places, (place, i) => [geometry.x.place(place), upwards.place(values[i * count + j]!)]),
        ),
      );
      const upright = some(x.places).map((i) =>
        lineThrough(
          Array.from(y.places, (place, j) => [sideways.place(values[i * count + j]!), geometry.y.place(place)]),
        ),
      );
      whole.replaceChildren(shape("path", { d: flat.join("") }), shape("path", { d: upright.join("") }));
    },
  };
}

function some(places: Float64Array): number[] {
  const each = Math.ceil(places.length / MOST);
  return [...places.keys()].filter((index) => index % each === 0);
}

export function createSections(words: Words, measure: (text: string) => number): Layer {
  const whole = shape("g", { class: "sections", "aria-hidden": "true" });
  return {
    element: whole,
    draw(drawing) {
      const { surface, cursor, geometry } = drawing;
      const { x, y, upwards, sideways, left, above, beside, top, bottom, ticks } = geometry;
      const [flat, upright] = sections(surface, cursor);
      const points = [
        Array.from(flat, (value, i) => [x.place(surface.x.places[i]!), upwards.place(value)]),
        Array.from(upright, (value, j) => [sideways.place(value), y.place(surface.y.places[j]!)]),
      ];
      const [across, up] = printPlace(drawing, cursor);
      const told = (feature: string, at: string, room: number) => {
        const whole = words("surface.section", { feature, at });
        return measure(whole) <= room ? whole : cut(at, room, measure);
      };
      const ends = [ticks.values[0]!, ticks.values.at(-1)!];
      const [lowest, highest] = ends.map((value) => ({ place: sideways.place(value), text: ticks.print(value) }));
      const apart = highest!.place - lowest!.place > (measure(lowest!.text) + measure(highest!.text)) / 2 + 6;
      whole.replaceChildren(
        shape("rect", {
          class: "edge",
          x: beside.left,
          y: top,
          width: beside.right - beside.left,
          height: bottom - top,
        }),
        ...[surface.x, surface.y].flatMap(({ names }, side) => section(points[side] as [number, number][], !!names)),
        shape("text", { x: left, y: above.top - 7 }, told(surface.y.name, up, geometry.right - left)),
        shape("text", { x: beside.left, y: top - 7 }, told(surface.x.name, across, beside.right - beside.left + 8)),
        ...(apart ? [lowest!, highest!] : [highest!]).map(({ place, text }) =>
          shape("text", { x: place, y: bottom + 17, "text-anchor": "middle" }, text),
        ),
      );
    },
  };
}

/** Categories are marked, since nothing lies between them. */
function section(points: [number, number][], category: boolean): SVGElement[] {
  const d = lineThrough(points);
  return [
    shape("path", { class: "halo", d }),
    shape("path", { class: category ? "line category" : "line", d }),
    ...(category ? points.map(([cx, cy]) => shape("circle", { cx, cy, r: 3.5 })) : []),
  ];
}

const lineThrough = (points: number[][]) =>
  `M${points.map((point) => point.map((at) => at.toFixed(1)).join(" ")).join("L")}`;
