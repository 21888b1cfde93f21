// What the colours of rows mean, in lines that wrap. Twin: xai_widgets/render/legend.py.
import { shape } from "./dom";
import { quantity } from "./format";
import { cut } from "./measure";
import type { RowColoursHeader } from "./row_colours";
import type { Words } from "./words";

type Measure = (text: string) => number;

interface Item {
  width: number;
  /** Draw at a left end and a base line, in the colours of the codes. */
  draw(x: number, y: number, inkOf: (code: number) => string): SVGElement[];
}

interface Legend {
  items: { item: Item; x: number; y: number }[];
  height: number;
}

const BAR = 120;
const STEPS = 40; // colours of the bar
const SWATCH = 9;
const LINE = 17;
const GAP = 12;
const MISSING = 255;

/** Place the parts of a legend within a width; none where nothing is coloured. */
export function legendOf(header: RowColoursHeader | null, words: Words, room: number, measure: Measure): Legend {
  if (!header) return { items: [], height: 0 };
  let [x, y] = [0, 0];
  const items = itemsOf(header, words, room, measure).map((item) => {
    if (x > 0 && x + item.width > room) [x, y] = [0, y + LINE];
    const placed = { item, x, y };
    x += item.width + GAP;
    return placed;
  });
  return { items, height: y + LINE + 4 };
}

/** What rows are coloured by. */
export const colourName = ({ by, of_target }: RowColoursHeader, words: Words) =>
  of_target ? words("ice.color_by.target") : by;

function itemsOf(header: RowColoursHeader, words: Words, room: number, measure: Measure): Item[] {
  const { names, others = 0, missing } = header;
  const swatch = (name: string, code: number): Item => {
    const text = cut(name, room - SWATCH - 4, measure);
    return {
      width: SWATCH + 4 + measure(text),
      draw: (x, y, inkOf) => [
        shape("rect", { x, y: y - SWATCH, width: SWATCH, height: SWATCH, fill: inkOf(code) }),
        shape("text", { x: x + SWATCH + 4, y }, text),
      ],
    };
  };
  const name = cut(colourName(header, words), room, measure);
  return [
    { width: measure(name), draw: (x, y) => [shape("text", { x, y, class: "name" }, name)] },
    ...(header.numeric ? [bar(header, words, measure)] : []),
    ...names.map(swatch),
    ...(others ? [swatch(words("ice.legend.others", { count: others }), names.length)] : []),
    ...(missing ? [swatch(words("ice.legend.missing"), MISSING)] : []),
  ];
}

function bar({ low = 0, high = 0, below, above }: RowColoursHeader, words: Words, measure: Measure): Item {
  const from = below ? words("ice.legend.below", { value: quantity(low) }) : quantity(low);
  const to = above ? words("ice.legend.above", { value: quantity(high) }) : quantity(high);
  const before = measure(from) + 6;
  const step = BAR / STEPS;
  return {
    width: before + BAR + 6 + measure(to),
    draw: (x, y, inkOf) => [
      shape("text", { x, y }, from),
      ...Array.from({ length: STEPS }, (_, index) => {
        const fill = inkOf(Math.round((254 * index) / (STEPS - 1)));
        const place = { x: x + before + index * step, y: y - SWATCH, width: step + 0.3, height: SWATCH };
        return shape("rect", { ...place, fill });
      }),
      shape("text", { x: x + before + BAR + 6, y }, to),
    ],
  };
}
