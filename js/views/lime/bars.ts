// A bar for each weight, with the interval that other seeds would give, its name and its numbers.
import { focusable, setAttributes, shape } from "../../lib/dom";
import { taken } from "../../lib/handling";
import { isFlat, type LocalWeight } from "../../lib/lime_frame";
import { cut } from "../../lib/measure";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { named, tell } from "./describe";
import { BAR, CONDITION, type Geometry, printWeight } from "./layout";
import type { Actions, Layer } from "./scene";

const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };

export function createBars(words: Words, measure: Measure): Layer {
  const whole = shape("g", { class: "bars", "aria-hidden": "true" });
  return {
    element: whole,
    draw({ found, geometry }) {
      const zero = Math.round(geometry.x.place(0)) + 0.5;
      const flat = isFlat(found);
      whole.replaceChildren(
        ...found.weights.map((weight, index) => barOf(weight, index, geometry)),
        ...(flat ? [] : [shape("path", { class: "zero", d: `M${zero} ${geometry.top}V${geometry.bottom}` })]),
        ...found.weights.flatMap((weight, index) => [
          ...whiskers(weight, index, geometry),
          ...nameOf(weight, index, geometry, measure),
          numberOf(weight, index, geometry),
        ]),
        ...(flat ? [nothing(words, geometry)] : []),
      );
    },
  };
}

function nothing(words: Words, { left, bottom }: Geometry): SVGElement {
  return shape("text", { class: "nothing", x: left, y: bottom + 15 }, words("lime.nothing"));
}

/** The middle of a bar. */
function middleOf(index: number, { top, row, narrow }: Geometry): number {
  return top + row * index + (narrow ? row - BAR / 2 - 5 : row / 2);
}

function barOf({ weight }: LocalWeight, index: number, geometry: Geometry): SVGElement {
  const [from, to] = [geometry.x.place(0), geometry.x.place(weight)];
  return shape("rect", {
    class: weight > 0 ? "raises" : "lowers",
    x: Math.min(from, to),
    y: middleOf(index, geometry) - BAR / 2,
    width: Math.abs(to - from),
    height: BAR,
  });
}

function numberOf(weight: LocalWeight, index: number, geometry: Geometry): SVGElement {
  const place = { x: geometry.width, y: lineOf(index, geometry), "text-anchor": "end" };
  return shape("text", { class: "number", ...place }, printWeight(weight, geometry.digits));
}

/** The base line of the words. */
function lineOf(index: number, { top, row, narrow }: Geometry): number {
  return top + row * index + (narrow ? 16 : row / 2 + 4);
}

function whiskers({ weight, interval }: LocalWeight, index: number, geometry: Geometry): SVGElement[] {
  if (!interval) return [];
  const { x } = geometry;
  const middle = middleOf(index, geometry);
  const [low, high] = [x.place(weight - interval), x.place(weight + interval)];
  const d = `M${low} ${middle}H${high}M${low} ${middle - 3.5}v7M${high} ${middle - 3.5}v7`;
  return [shape("path", { class: "halo", d }), shape("path", { class: "whisker", d })];
}

function nameOf(weight: LocalWeight, index: number, geometry: Geometry, measure: Measure): SVGElement[] {
  const { name, condition } = weight;
  const { narrow, left, width, digits } = geometry;
  const y = lineOf(index, geometry);
  const room = narrow ? width - measure(printWeight(weight, digits), "400 12px") - 16 : left - 12;
  const rest = room - measure(name, "400 12px") - CONDITION;
  const told = condition ? cut(condition, Math.max(room / 2, rest), measure) : "";
  const aside = told ? measure(told) + CONDITION : 0;
  const written = cut(name, room - aside, (text) => measure(text, "400 12px"));
  const title = () => shape("title", {}, named(weight));
  if (narrow) {
    const after = measure(written, "400 12px") + CONDITION;
    return [
      shape("text", { class: "name", x: 0, y }, written, title()),
      ...(told ? [shape("text", { x: after, y }, told)] : []),
    ];
  }
  const end = left - 12;
  return [
    shape("text", { class: "name", x: end - aside, y, "text-anchor": "end" }, written, title()),
    ...(told ? [shape("text", { x: end, y, "text-anchor": "end" }, told)] : []),
  ];
}

/** What a pointer and keys go over: one area for each weight, of which one at a time is in the order of tabs. */
export function createAreas(actions: Actions, words: Words): Layer {
  const whole = shape("g", { class: "areas", role: "list", "aria-label": words("lime.weights") });
  const areas: SVGRectElement[] = [];
  let current = 0;
  const go = (index: number) => {
    current = Math.max(0, Math.min(areas.length - 1, index));
    for (const [place, area] of areas.entries()) setAttributes(area, { tabindex: place === current ? 0 : -1 });
  };
  const add = () => {
    const index = areas.length;
    const area = shape("rect", { class: "area", role: "listitem", x: 0, ...focusable });
    area.addEventListener("pointerenter", () => actions.change({ at: index }));
    area.addEventListener("pointerleave", () => actions.change({ at: null }));
    area.addEventListener("focus", () => {
      go(index);
      if (area.matches(":focus-visible")) actions.change({ at: index });
    });
    area.addEventListener("blur", () => actions.change({ at: null }));
    area.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      const wanted = event.key === "Home" ? 0 : event.key === "End" ? areas.length - 1 : index + (step ?? 0);
      if (event.key === "Escape") actions.change({ at: null });
      else if (wanted === index && step === undefined) return;
      areas[Math.max(0, Math.min(areas.length - 1, wanted))]?.focus({ preventScroll: true });
      taken(event);
    });
    areas.push(area);
    whole.append(area);
  };
  return {
    element: whole,
    draw({ found, geometry }) {
      while (areas.length < found.weights.length) add();
      for (const area of areas.splice(found.weights.length)) area.remove();
      areas.forEach((area, index) => {
        const y = geometry.top + geometry.row * index;
        setAttributes(area, {
          y,
          width: geometry.width,
          height: geometry.row,
          "aria-label": tell(found.weights[index]!, geometry, words),
        });
      });
      go(current);
    },
  };
}
