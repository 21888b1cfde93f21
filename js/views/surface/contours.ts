// Lines of equal prediction, at the values of the colour bar: marching squares between numbers, bars across categories.
import { shape } from "../../lib/dom";
import type { Surface } from "../../lib/surface_frame";
import type { Place } from "../../lib/surface_reading";
import type { Geometry } from "./layout";
import type { Layer } from "./scene";

type Segment = [Place, Place];

export function createContours(measure: (text: string) => number): Layer {
  const whole = shape("g", { class: "contours", "aria-hidden": "true" });
  return {
    element: whole,
    draw({ surface, geometry }, { state: { traits } }) {
      whole.replaceChildren();
      if (!traits.contours || (surface.x.names && surface.y.names)) return;
      const { x, y, ticks } = geometry;
      const found = ticks.values.map((value) => segmentsAt(surface, value));
      const write = ([across, up]: Place) => `${x.place(across).toFixed(1)} ${y.place(up).toFixed(1)}`;
      const d = found.flatMap((segments) => segments.map(([from, to]) => `M${write(from)}L${write(to)}`)).join("");
      whole.append(shape("path", { class: "halo", d }), shape("path", { d }));
      if (surface.x.names || surface.y.names) return;
      whole.append(...labels(found, geometry, measure));
    },
  };
}

/** Where a surface takes a value. */
export function segmentsAt(surface: Surface, level: number): Segment[] {
  const { x, y } = surface;
  if (x.names && y.names) return [];
  if (x.names) return across(surface, level, false);
  if (y.names) return across(surface, level, true);
  const count = y.places.length;
  const segments: Segment[] = [];
  const valueAt = (i: number, j: number) => surface.values[i * count + j]!;
  for (let i = 0; i < x.places.length - 1; i++) {
    for (let j = 0; j < count - 1; j++) {
      const corners: [number, number][] = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ];
      const heights = corners.map(([a, b]) => valueAt(a, b));
      const crossed: Place[] = [];
      corners.forEach(([a, b], index) => {
        const next = (index + 1) % 4;
        const [from, to] = [heights[index]!, heights[next]!];
        if (from < level === to < level) return;
        const share = (level - from) / (to - from);
        const [c, d] = corners[next]!;
        crossed.push([
          x.places[a]! + (x.places[c]! - x.places[a]!) * share,
          y.places[b]! + (y.places[d]! - y.places[b]!) * share,
        ]);
      });
      if (crossed.length === 2) segments.push([crossed[0]!, crossed[1]!]);
      if (crossed.length === 4) segments.push(...saddle(crossed, heights, level));
    }
  }
  return segments;
}

/** Two corners that face each other are joined by the middle of the cell, where that is on their side. */
function saddle([first, second, third, fourth]: Place[], heights: number[], level: number): Segment[] {
  const middle = heights.reduce((sum, height) => sum + height, 0) / 4;
  const joined = middle < level === heights[0]! < level;
  return joined
    ? [
        [first!, second!],
        [third!, fourth!],
      ]
    : [
        [fourth!, first!],
        [second!, third!],
      ];
}

/** Bars across the bands of a feature of categories, where the other one reaches the value. */
function across({ x, y, values }: Surface, level: number, upright: boolean): Segment[] {
  const [numbers, bands] = upright ? [x.places, y.places] : [y.places, x.places];
  const valueAt = (number: number, band: number) =>
    values[upright ? number * bands.length + band : band * numbers.length + number]!;
  const segments: Segment[] = [];
  for (let band = 0; band < bands.length; band++) {
    for (let index = 0; index < numbers.length - 1; index++) {
      const [from, to] = [valueAt(index, band), valueAt(index + 1, band)];
      if (from < level === to < level) continue;
      const at = numbers[index]! + ((level - from) / (to - from)) * (numbers[index + 1]! - numbers[index]!);
      const ends = [band - 0.48, band + 0.48];
      segments.push(ends.map((end) => (upright ? [at, end] : [end, at])) as Segment);
    }
  }
  return segments;
}

const LEAST = 240; // pixels of a map that has room for labels

/** A number on each line, in its middle as far as that is apart from the others and from the edges. */
function labels(found: Segment[][], geometry: Geometry, measure: (text: string) => number): SVGElement[] {
  const { left, right, top, bottom, x, y, ticks } = geometry;
  if (right - left < LEAST) return [];
  const taken: Place[] = [];
  return found.flatMap((segments, index) => {
    const text = ticks.print(ticks.values[index]!);
    const room = measure(text) / 2 + 4;
    const roominess = ([across, up]: Place) =>
      Math.min(across - left - room, right - across - room, up - top - 10, bottom - up - 10, 60) +
      Math.min(120, ...taken.map(([a, b]) => Math.hypot(across - a, 2 * (up - b))));
    const middles = segments.map(
      ([[a, b], [c, d]]) => [(x.place(a) + x.place(c)) / 2, (y.place(b) + y.place(d)) / 2] as Place,
    );
    const best = middles.reduce<Place | null>(
      (one, other) => (one === null || roominess(other) > roominess(one) ? other : one),
      null,
    );
    if (!best || roominess(best) < 40 || best[0] - room < left || best[0] + room > right) return [];
    taken.push(best);
    return [shape("text", { x: best[0], y: best[1] + 4, "text-anchor": "middle" }, text)];
  });
}
