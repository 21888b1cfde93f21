// Bars from sum to sum, with their numbers beside them; what they were before a change lies under them.
import { shape } from "../../lib/dom";
import type { Bar } from "../../lib/waterfall_bars";
import type { Geometry } from "./layout";
import type { Drawing, Layer } from "./scene";

const HALF = 8; // of a bar's height
const POINT = 6; // of the arrow at its end
const BESIDE = 5;

export function createBars(): Layer {
  const whole = shape("g", { class: "bars", "aria-hidden": "true" });
  return {
    element: whole,
    draw(drawing) {
      const { bars, geometry } = drawing;
      whole.replaceChildren(
        ...connectors(drawing),
        ...bars.bars.flatMap((bar, index) => {
          const middle = geometry.middles[index]!;
          return [
            ...ghost(bar, middle, geometry),
            shape("path", { class: `bar ${toneOf(bar)}`, d: arrow(bar, middle, geometry) }),
            ...whisker(bar, middle, geometry),
            number(bar, middle, geometry),
          ];
        }),
      );
    },
  };
}

/** Whether a bar raises, lowers, says what is not explained, or nothing. */
export function toneOf({ kind, value }: Bar): "gap" | "nothing" | "raises" | "lowers" {
  if (kind === "gap") return "gap";
  if (value === 0) return "nothing";
  return value < 0 ? "lowers" : "raises";
}

function arrow({ from, to }: Bar, middle: number, { x }: Geometry): string {
  const [tail, head] = [x.place(from), x.place(to)];
  const way = Math.sign(head - tail) || 1;
  const end = Math.abs(head - tail) < 1 ? tail + way : head;
  const neck = end - way * Math.min(POINT, Math.abs(end - tail));
  const [top, bottom] = [middle - HALF, middle + HALF];
  return `M${fixed(tail)} ${top}H${fixed(neck)}L${fixed(end)} ${middle}L${fixed(neck)} ${bottom}H${fixed(tail)}z`;
}

/** The same bar before the change, where it was another: a thin line with an end. */
function ghost({ before, from, to }: Bar, middle: number, { x }: Geometry): SVGElement[] {
  if (!before) return [];
  const [tail, head] = [x.place(before.from), x.place(before.to)];
  if (Math.abs(tail - x.place(from)) < 1 && Math.abs(head - x.place(to)) < 1) return [];
  const y = middle + HALF + 2.5;
  return [shape("path", { class: "ghost", d: `M${fixed(tail)} ${y}H${fixed(head)}M${fixed(head)} ${y - 2.5}v5` })];
}

function whisker({ error, to }: Bar, middle: number, { x }: Geometry): SVGElement[] {
  if (!error || Math.abs(x.place(error) - x.place(0)) < 0.75) return []; // not to be seen
  const [low, high] = [fixed(x.place(to - error)), fixed(x.place(to + error))];
  const d = `M${low} ${middle}H${high}M${low} ${middle - 3}v6M${high} ${middle - 3}v6`;
  return [shape("path", { class: "halo", d }), shape("path", { class: "whisker", d })];
}

function number(bar: Bar, middle: number, { x, digits }: Geometry): SVGElement {
  const { from, to, error, value } = bar;
  const ends = [to - (error ?? 0), to + (error ?? 0)].map(x.place);
  const left = value < 0;
  const place = left ? Math.min(x.place(to), ...ends) - BESIDE : Math.max(x.place(to), x.place(from), ...ends) + BESIDE;
  const told = digits.signed(value);
  const attributes = { class: `number ${told === "0" ? "nothing" : toneOf(bar)}`, x: fixed(place), y: middle + 4 };
  return shape("text", { ...attributes, "text-anchor": left ? "end" : "start" }, told);
}

/** From the end of each bar up to the start of the next, and at both ends to the words. */
function connectors({ bars, geometry }: Drawing): SVGElement[] {
  const { x, middles } = geometry;
  const d = bars.bars
    .map((bar, index) => {
      if (index === 0) return "";
      const place = Math.round(x.place(bar.to)) + 0.5;
      return `M${place} ${middles[index]! - HALF}V${middles[index - 1]! + HALF}`;
    })
    .join("");
  return [shape("path", { class: "connector", d })];
}

const fixed = (place: number) => place.toFixed(1);
