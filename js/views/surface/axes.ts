// Values of both features along the map, their names, and numbers on the tiles of two categories.
import { luminance, type Rgb } from "../../lib/colour";
import { shape } from "../../lib/dom";
import { cut } from "../../lib/measure";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { rowsAt } from "./describe";
import type { Drawing, Layer } from "./scene";

export function createAxes(measure: Measure): Layer {
  const whole = shape("g", { class: "axes", "aria-hidden": "true" });
  return {
    element: whole,
    draw({ surface, geometry }) {
      const { left, right, top, bottom, x, y, xTicks, yTicks, named, upwards, ticks, above } = geometry;
      const ends = [ticks.values[0], ticks.values.at(-1)].filter((value) => value !== undefined);
      const middle = (top + bottom) / 2;
      whole.replaceChildren(
        ...(xTicks ? xTicks.values.flatMap((value) => under(x.place(value), xTicks.print(value), bottom)) : []),
        ...categories(
          surface.x.names,
          (index) => x.place(index),
          measure,
          (text, place) => shape("text", { x: place, y: bottom + 17, "text-anchor": "middle" }, text),
        ),
        ...(yTicks ? yTicks.values.flatMap((value) => aside(y.place(value), yTicks.print(value), left)) : []),
        ...(surface.y.names ?? []).flatMap((name, index) => {
          const room = Math.abs(y.place(1) - y.place(0));
          if (index % Math.max(1, Math.ceil(15 / room))) return [];
          const text = cut(name, named, measure);
          return [
            shape("text", { x: left - 8, y: y.place(index) + 4, "text-anchor": "end" }, text, shape("title", {}, name)),
          ];
        }),
        shape("rect", { class: "edge", x: left, y: top, width: right - left, height: bottom - top }),
        name(surface.x.name, (left + right) / 2, bottom + 36, right - left, measure),
        shape(
          "g",
          { transform: `translate(11 ${middle}) rotate(-90)` },
          name(surface.y.name, 0, 0, bottom - top, measure),
        ),
        ...[...new Set(ends)].map((value) =>
          shape("text", { x: left - 8, y: upwards.place(value!) + 4, "text-anchor": "end" }, ticks.print(value!)),
        ),
        shape("rect", { class: "edge", x: left, y: above.top, width: right - left, height: above.bottom - above.top }),
      );
    },
  };
}

const READABLE = 30; // pixels for a name

/** Names of categories, cut where their room ends; every second or third where it is small. */
function categories(
  names: string[] | null,
  placeOf: (index: number) => number,
  measure: Measure,
  write: (text: string, place: number) => SVGElement,
): SVGElement[] {
  if (!names) return [];
  const room = names.length > 1 ? placeOf(1) - placeOf(0) : 120;
  const each = Math.max(1, Math.ceil(READABLE / room));
  return names.flatMap((name, index) => {
    if (index % each) return [];
    const text = write(cut(name, room * each - 6, measure), placeOf(index));
    text.append(shape("title", {}, name));
    return [text];
  });
}

function under(place: number, text: string, bottom: number): SVGElement[] {
  const at = Math.round(place) + 0.5;
  return [
    shape("path", { class: "tick", d: `M${at} ${bottom}v4` }),
    shape("text", { x: at, y: bottom + 17, "text-anchor": "middle" }, text),
  ];
}

function aside(place: number, text: string, left: number): SVGElement[] {
  const at = Math.round(place) + 0.5;
  return [
    shape("path", { class: "tick", d: `M${left - 4} ${at}h4` }),
    shape("text", { x: left - 8, y: at + 3.5, "text-anchor": "end" }, text),
  ];
}

function name(text: string, x: number, y: number, room: number, measure: Measure): SVGElement {
  const shown = cut(text, room, measure);
  return shape("text", { class: "name", x, y, "text-anchor": "middle" }, shown, shape("title", {}, text));
}

export function createTiles(words: Words, measure: Measure): Layer {
  const whole = shape("g", { class: "tiles", "aria-hidden": "true" });
  return {
    element: whole,
    draw(drawing, { surroundings }) {
      const { surface, geometry } = drawing;
      whole.replaceChildren();
      if (!surface.x.names || !surface.y.names) return;
      const { left, right, top, bottom, x, y, ticks } = geometry;
      const [wide, tall] = [(right - left) / surface.x.names.length, (bottom - top) / surface.y.names.length];
      const rows = surface.y.names.length;
      surface.values.forEach((value, index) => {
        const text = ticks.fine(value);
        if (measure(text, "600 12px") > wide - 12 || tall < 18) return;
        const corner = { x: x.place(Math.floor(index / rows) - 0.5) + 7, y: y.place((index % rows) + 0.5) + 17 };
        const fill = inkOn(colourAt(drawing, index, surroundings.page));
        whole.append(shape("text", { ...corner, class: "value", style: `fill:${fill}` }, text));
        const count = rowsAt(surface, surface.near[index]!, words);
        if (measure(count) > wide - 12 || tall < 40) return;
        whole.append(shape("text", { ...corner, y: corner.y + 16, style: `fill:${fill}` }, count));
      });
    },
  };
}

const VEIL = 0.5;

function colourAt({ surface: { values, near, range, header }, ramp }: Drawing, index: number, page: Rgb): Rgb {
  const share = range[1] > range[0] ? (values[index]! - range[0]) / (range[1] - range[0]) : 0.5;
  const colour = ramp[Math.round(share * (ramp.length - 1))]!;
  if (near[index]! >= header.least) return colour;
  return colour.map((part, index) => part + (page[index]! - part) * VEIL) as unknown as Rgb;
}

const inkOn = (colour: Rgb) => (luminance(colour) > 0.18 ? "#000000" : "#ffffff");
