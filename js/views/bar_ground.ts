// What the handles of the colour bar stand on: the histogram of what is coloured, the colours, the numbers.
import type { AttributionMap } from "../lib/attribution";
import { type Rgb, toCss } from "../lib/colour";
import { shape } from "../lib/dom";
import { digitsFor } from "../lib/format";
import type { Sign } from "../lib/state";
import { histogram } from "../lib/statistics";
import { type Axis, edgeOf, MARGIN, placeOf, TALL, THICK, valueAt } from "./bar_axis";

const BINS = 48;
const STEPS = 64; // colours along the bar
const LABELS = 50; // width of the labels of an upright bar

/** How many values lie where, on a log scale. */
export function drawHistogram(map: AttributionMap, sign: Sign, axis: Axis, width: number): SVGElement {
  const magnitudes = sign === "absolute" && map.header.signed;
  const values = magnitudes ? map.stored.map((value) => (value < 0 ? -value : value)) : map.stored;
  const counts = histogram(values, map.scale, axis.low, axis.high, BINS);
  const most = Math.log1p(Math.max(...counts));
  const edge = edgeOf(axis);
  const room = axis.vertical ? width - THICK - LABELS - 6 : edge - 6;
  const size = axis.length / BINS;
  const thick = Math.max(0.5, size - 0.6).toFixed(2);
  const bars = Array.from(counts, (count, bin) => {
    const length = ((Math.log1p(count) / most) * room).toFixed(1);
    const from = (MARGIN + (axis.vertical ? axis.length - (bin + 1) * size : bin * size)).toFixed(2);
    return axis.vertical
      ? `M${THICK + 5} ${from}h${length}v${thick}h-${length}z`
      : `M${from} ${edge - 4}v-${length}h${thick}v${length}z`;
  });
  return shape("path", { d: bars.join(""), fill: "var(--xw-all-soft)" });
}

/** The colour of a value when the range ends at `end`. */
export function colourOf(value: number, end: number, [positive, negative]: [Rgb[] | null, Rgb[] | null]): string {
  const arm = (value < 0 ? negative : positive) ?? positive ?? negative;
  return arm ? toCss(arm[Math.min(255, Math.round((255 * Math.abs(value)) / end))]!) : "none";
}

export function drawColours(axis: Axis, colour: (value: number) => string): SVGElement[] {
  const step = axis.length / STEPS;
  const cells = Array.from({ length: STEPS }, (_, index) => {
    const fill = colour(valueAt(axis, (index + 0.5) * step));
    return shape("rect", { ...along(axis, MARGIN + index * step, step + 0.5, 0), fill });
  });
  const outline = shape("rect", { ...along(axis, MARGIN, axis.length, 0.5), fill: "none", stroke: "var(--xw-rule)" });
  return [...cells, outline];
}

/** A box on the strip of colours. */
function along(axis: Axis, start: number, length: number, inset: number) {
  const across = edgeOf(axis) + inset;
  const thick = THICK - 2 * inset;
  return axis.vertical
    ? { x: across, y: start, width: thick, height: length }
    : { x: start, y: across, width: length, height: thick };
}

export function drawTicks({ header }: AttributionMap, axis: Axis, width: number): SVGElement[] {
  const digits = digitsFor(Math.max(axis.high, -axis.low));
  const print = header.signed ? digits.signed : digits.plain;
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = axis.low + share * (axis.high - axis.low);
    const place = MARGIN + placeOf(axis, value);
    if (axis.vertical) return shape("text", { x: width, y: place + 4, "text-anchor": "end" }, print(value));
    const [anchor, shift] = share === 0 ? ["start", -MARGIN] : share === 1 ? ["end", MARGIN] : ["middle", 0];
    return shape("text", { x: place + shift, y: TALL - 4, "text-anchor": anchor }, print(value));
  });
}
