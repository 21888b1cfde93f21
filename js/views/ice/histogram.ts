// Where the rows lie: a rug, bars of all and of the selected on one scale, and where they are few.
import { bisectRight } from "d3-array";
import { setAttributes, shape } from "../../lib/dom";
import { integer } from "../../lib/format";
import { anchorOf, isSample } from "../../lib/ice_curves";
import { cut } from "../../lib/measure";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import { countOf } from "./brushing";
import type { Geometry } from "./layout";
import type { Layer, Picture } from "./scene";

interface Bar {
  left: number;
  right: number;
  count: number;
  shown: number;
  chosen: number;
}

export function createHistogram(words: Words, measure: (text: string) => number): Layer {
  const whole = shape("g", { class: "histogram" });
  const rug = shape("path", { class: "rug" });
  const moved = createChange();
  return {
    element: whole,
    draw({ picture, geometry }) {
      const { strip, left, right, bottom, x } = geometry;
      if (moved(picture.curves, picture.shown, x.low, x.high, left, right, bottom)) {
        setAttributes(rug, { d: rugOf(picture, geometry) });
      }
      const bars = barsOf(picture, geometry);
      whole.classList.toggle("filtered", picture.showing < picture.curves.count);
      const most = Math.max(1, ...bars.map(({ count }) => count));
      const tall = (count: number) => (count ? Math.max(1, ((strip.base - strip.top) * count) / most) : 0);
      const draw = (kind: "count" | "shown" | "chosen") =>
        shape("path", { class: kind, d: bars.map((bar) => rectangle(bar, strip.base, tall(bar[kind]))).join("") });
      whole.replaceChildren(
        draw("count"),
        draw("shown"),
        draw("chosen"),
        ...(picture.category ? [] : [rug]),
        shape("path", { class: "base", d: `M${left} ${strip.base + 0.5}H${right}` }),
        ...(picture.category ? [] : fewRows(picture, geometry, words, measure)),
        ...aside(picture, geometry, words, measure),
      );
    },
  };
}

const rectangle = ({ left, right }: Bar, base: number, tall: number) =>
  tall ? `M${left.toFixed(1)} ${base}V${(base - tall).toFixed(1)}H${right.toFixed(1)}V${base}Z` : "";

const MOST_RUGGED = 2000; // rows: the first, as they come in a random order

/** A tick at the own value of each row that is shown. */
function rugOf({ curves, shown }: Picture, { x, left, right, bottom }: Geometry): string {
  let d = "";
  for (let curve = 0; curve < Math.min(shown.length, MOST_RUGGED); curve++) {
    const place = shown[curve] ? x.place(curves.own[curve]!) : Number.NaN;
    if (place >= left && place <= right) d += `M${place.toFixed(1)} ${bottom + 2}v4`;
  }
  return d;
}

const MARGIN = 12;

/** What the bars count, and the feature's name at its axis. */
function aside(
  { curves, chosen, passing }: Picture,
  { narrow, right, strip, name }: Geometry,
  words: Words,
  measure: (text: string) => number,
): SVGElement[] {
  const at = { x: right + MARGIN };
  const count = (y: number, number: number, key: "ice.rows" | "ice.selected", kind?: string) =>
    shape("text", { ...at, y: strip.base - y, class: kind }, words(key, { count: integer(number) }));
  const selected = chosen ? [count(6, chosen, "ice.selected", "chosen")] : [];
  const { feature } = curves.header;
  const place = { x: name.x, y: name.y, class: "name", "text-anchor": name.beside ? "start" : "end" };
  return [
    ...(narrow || !curves.header.total ? [] : [count(22, passing, "ice.rows"), ...selected]),
    shape("text", place, cut(feature, name.room + 1, measure), shape("title", {}, feature)),
  ];
}

function barsOf(picture: Picture, { x, left, right }: Geometry): Bar[] {
  const { curves, showing, marks, category } = picture;
  const { counts, edges = [] } = curves.header.histogram;
  const [shown, chosen] = (
    [
      [picture.shown, picture.passing],
      [marks, picture.chosen],
    ] as const
  ).map(([kept, number]) => {
    const counted = new Float64Array(counts.length);
    const each = isSample(curves) ? number / Math.max(1, countOf(kept)) : 1; // rows that a curve stands for
    for (let curve = 0; curve < curves.count; curve++) {
      if (!kept[curve]) continue;
      const bin = category ? curves.own[curve]! : binOf(edges, curves.own[curve]!);
      if (bin >= 0 && bin < counts.length) counted[bin]! += each;
    }
    return counted;
  }) as [Float64Array, Float64Array];
  const filtered = showing < curves.count;
  return counts.flatMap((count, index) => {
    const half = 0.38;
    const from = x.place(category ? index - half : edges[index]!) + (category ? 0 : 0.5);
    const to = x.place(category ? index + half : edges[index + 1]!) - (category ? 0 : 0.5);
    const bar = {
      left: Math.max(left, from),
      right: Math.min(right, to),
      count,
      shown: filtered ? shown[index]! : count,
      chosen: chosen[index]!,
    };
    return bar.right > bar.left ? [bar] : [];
  });
}

/** As numpy counts: the last bin has both of its edges. */
function binOf(edges: number[], value: number): number {
  const last = edges.length - 1;
  if (!(value >= edges[0]! && value <= edges[last]!)) return -1;
  return Math.min(last, bisectRight(edges, value)) - 1;
}

const HANDLE = 64; // pixels around the handle of the anchor, for itself and its value

function fewRows(
  { few, curves, bundle, look: { centered, anchor } }: Picture,
  { x, bottom, left, right }: Geometry,
  words: Words,
  measure: (text: string) => number,
): SVGElement[] {
  const text = words("ice.few");
  const room = measure(text);
  const handle = centered ? x.place(anchorOf(curves, anchor)) : Number.NEGATIVE_INFINITY;
  const ends = stretches(few).map(([first, last]) => ({
    from: Math.max(left, first === 0 ? left : x.place(bundle.x[first - 1]!)), // as far as the mean is dotted
    to: Math.min(right, last === bundle.x.length - 1 ? right : x.place(bundle.x[last + 1]!)),
  }));
  const free = (place: number) => place >= handle + HANDLE || place + room <= handle - HANDLE;
  const named = groupsOf(ends, room).flatMap((group) => {
    const { from, to } = group.reduce((one, other) => (other.to - other.from > one.to - one.from ? other : one));
    const place = Math.min(right - room, Math.max(left, (from + to - room) / 2));
    return to - from >= 6 && free(place) ? [shape("text", { x: place, y: bottom + 24 }, text)] : [];
  });
  return [
    ...ends.map(({ from, to }) => shape("path", { class: "few", d: `M${from} ${bottom + 10.5}H${to}` })),
    ...named,
  ];
}

interface Stretch {
  from: number;
  to: number;
}

/** Stretches so near to each other that their names would stand side by side; the widest of a group has its name. */
function groupsOf(stretches: Stretch[], room: number): Stretch[][] {
  const groups: Stretch[][] = [];
  for (const stretch of stretches) {
    const last = groups.at(-1);
    if (last && stretch.from - last.at(-1)!.to < 2 * room) last.push(stretch);
    else groups.push([stretch]);
  }
  return groups;
}

/** First and last point of each run of points with few rows. */
function stretches(few: boolean[]): [number, number][] {
  const found: [number, number][] = [];
  few.forEach((here, index) => {
    if (!here) return;
    if (few[index - 1]) found.at(-1)![1] = index;
    else found.push([index, index]);
  });
  return found;
}
