// Lines over the curves: means, percentiles, and the curve under the pointer, each with a halo of the background.
import { setAttributes, shape, write } from "../../lib/dom";
import { integer } from "../../lib/format";
import { placeIn, readAt } from "../../lib/ice_curves";
import type { IceTraits } from "../../lib/ice_state";
import { textOf } from "../../lib/waterfall_changes";
import type { Words } from "../../lib/words";
import type { Geometry } from "./layout";
import type { Drawing, Layer } from "./scene";

type Point = [number, number];
type Asked = IceTraits["what_if"];

export function createLines(): Layer {
  const whole = shape("g", { class: "lines" });
  return {
    element: whole,
    draw(drawing) {
      const { picture } = drawing;
      const { few } = picture;
      const lines = (picture.bands ?? []).map((values) => line(drawing, values, "band", []));
      if (picture.look.kind !== "individual") {
        if (picture.mean) lines.push(line(drawing, picture.mean, "mean", few));
        if (picture.chosenMean) lines.push(line(drawing, picture.chosenMean, "mean chosen", few));
      }
      const { x } = picture.bundle;
      for (const curve of picture.highlighted) {
        const values = picture.bundle.values.subarray(curve * x.length, (curve + 1) * x.length);
        lines.push(line(drawing, values, "highlighted", []));
      }
      picture.subgroups.forEach((mean, index) => {
        lines.push(line(drawing, mean, `mean group g${index + 1}`, few));
      });
      whole.replaceChildren(...lines);
    },
  };
}

export function createHoverLine(words: Words): Layer {
  const path = shape("path");
  const halo = shape("path", { class: "halo" });
  const dot = shape("circle", { r: 3.5 });
  const name = shape("text"); // of the opened row; that under the pointer has a tip
  const whole = shape("g", { class: "hovered", "aria-hidden": "true" }, halo, path, dot, name);
  return {
    element: whole,
    draw({ picture, geometry }, { state: { traits }, local }) {
      const { hover, index } = traits;
      const curve = curveOf(picture, hover ?? index);
      whole.style.display = curve < 0 ? "none" : "";
      if (curve < 0) return;
      const { x, values } = picture.bundle;
      const d = pathThrough(pointsOf(geometry, x, values.subarray(curve * x.length, (curve + 1) * x.length)));
      setAttributes(path, { d });
      setAttributes(halo, { d });
      const marked = hover === null ? markOf(picture, curve, traits.what_if) : null;
      const at = readingPlace(picture, curve, marked ?? local.at);
      const beyond = marked !== null && marked !== at;
      dot.style.display = beyond ? "none" : "";
      write(name, marked === null || beyond ? "" : words("ice.label.row", { row: integer(index!) }));
      if (beyond) return;
      const cx = geometry.x.place(at);
      const cy = geometry.y.place(readAt(values, curve * x.length, placeIn(x, at)));
      setAttributes(dot, { cx, cy });
      setAttributes(name, { x: cx, y: cy > geometry.top + 24 ? cy - 8 : cy + 18 });
    },
  };
}

/** The curve of a row; -1 where there is none. */
export function curveOf({ bundle, curves }: Drawing["picture"], row: number | null): number {
  return row === null || bundle.count === 0 ? -1 : curves.rows.indexOf(row);
}

/** Where the mark of the opened row stands: at the value that is asked, else at its own. */
function markOf({ curves: { header, own }, category }: Drawing["picture"], curve: number, what_if: Asked): number {
  const value = what_if[header.feature];
  if (value === undefined) return own[curve]!;
  if (value === null) return Number.NaN;
  return category ? header.grid.map(String).indexOf(textOf(value)) : Number(value);
}

/** Where a curve is read: under the pointer, else at its row's own value, else in the middle. */
export function readingPlace({ bundle: { x }, curves }: Drawing["picture"], curve: number, at: number | null): number {
  const [first, last] = [x[0]!, x[x.length - 1]!];
  const own = curves.own[curve]!;
  const wanted = at ?? (Number.isNaN(own) ? x[x.length >> 1]! : own);
  return Math.min(last, Math.max(first, wanted));
}

/** Dotted where few rows lie; categories, and a point alone, are marked, since nothing lies between them. */
function line({ picture, geometry }: Drawing, values: Float64Array, kind: string, few: boolean[]): SVGElement {
  const points = pointsOf(geometry, picture.bundle.x, values);
  const [solid, dotted] = runs(points, few);
  const apart = picture.category || points.length === 1;
  const marks = apart && kind !== "band" ? points.map((point, index) => mark(point, few[index])) : [];
  return shape(
    "g",
    { class: apart ? `${kind} category` : kind },
    shape("path", { class: "halo", d: solid + dotted }),
    shape("path", { class: "dotted", d: dotted }),
    shape("path", { d: solid }),
    ...marks,
  );
}

const mark = ([cx, cy]: Point, few: boolean | undefined) =>
  shape("circle", { cx: cx.toFixed(1), cy: cy.toFixed(1), r: 4, class: few ? "few" : null });

function pointsOf({ x, y }: Geometry, grid: Float64Array, values: Float64Array): Point[] {
  return Array.from(grid, (value, index) => [x.place(value), y.place(values[index]!)]);
}

/** The segments as two paths: those between points with enough rows, and the others. */
function runs(points: Point[], few: boolean[]): [string, string] {
  const paths = ["", ""];
  let last = -1;
  for (let index = 0; index < points.length - 1; index++) {
    const kind = few[index] || few[index + 1] ? 1 : 0;
    const start = kind === last ? "" : `M${print(points[index]!)}`;
    paths[kind] += `${start}L${print(points[index + 1]!)}`;
    last = kind;
  }
  return paths as [string, string];
}

const pathThrough = (points: Point[]) => `M${points.map(print).join("L")}`;

const print = ([x, y]: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;
