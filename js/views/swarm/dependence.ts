// What makes a dependence plot: a feature across, its Shapley value up, how the rows lie beneath.
import { type Ticks, ticksBetween } from "../../lib/axis";
import { toCss } from "../../lib/colour";
import { select } from "../../lib/controls";
import { element, setAttributes, shape, write } from "../../lib/dom";
import { quantity } from "../../lib/format";
import { legendOf } from "../../lib/legend";
import { cut } from "../../lib/measure";
import { createChange } from "../../lib/memo";
import { inksOf } from "../../lib/row_colours";
import { scaleOf } from "../../lib/scale";
import { printValue, rowsOf, unitsOf } from "../../lib/shap_words";
import type { DependenceHeader } from "../../lib/swarm_frame";
import type { DotsState } from "../../lib/swarm_state";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { about } from "./beeswarm";
import { greyed } from "./inks";
import type { Actions, Controls, Drawing, Geometry, Kind, Layer, Scene } from "./scene";

export interface DependenceGeometry extends Geometry {
  yTicks: Ticks;
  xTicks: Ticks | null;
  strip: { top: number; base: number };
}

const STRIP = 40;
const BETWEEN = 10;
const AXIS = 42; // values and the name
const READABLE = 30;
const AUTO = "auto";
const NONE = "";

export const dependence: Kind<DependenceHeader, DependenceGeometry> = {
  name: "dependence",
  prefix: "dependence.",
  layout(scatter, width, words, measure) {
    const { ends, colors, axis } = scatter.header;
    const tall = Math.round(Math.min(400, Math.max(230, width * 0.46)));
    const [first, last, high, low] = ends;
    const yTicks = ticksBetween(low, high, Math.floor(tall / 48), true);
    const left = Math.ceil(Math.max(24, ...yTicks.values.map((value) => measure(yTicks.print(value))))) + 12;
    const right = width - 8;
    const [top, bottom] = [10, 10 + tall];
    const strip = { top: bottom + BETWEEN, base: bottom + BETWEEN + STRIP };
    return {
      width,
      height: strip.base + AXIS + legendOf(colors, words, right - left, measure).height,
      left,
      right,
      top,
      bottom,
      x: scaleOf(first, last, left, right),
      y: scaleOf(low, high, bottom, top),
      yTicks,
      xTicks: axis.edges && ticksBetween(axis.edges[0]!, axis.edges.at(-1)!, Math.floor((right - left) / 76)),
      strip,
    };
  },
  place: ({ x, values }) => ({ x, y: values }),
  inks: ({ header }, { theme }) => {
    const inks = inksOf(header.colors ?? { by: "", of_target: false, numeric: true, names: [], missing: true }, theme);
    return header.colors ? inks : greyed(inks, theme);
  },
  lineAt: () => 0,
  ground: createGround,
  chosen: createChosenBars,
  controls: createFeatureControls,
  title: ({ drawing, words }) => {
    const { scatter, geometry } = drawing!;
    const told = { feature: scatter.header.feature, units: unitsOf(scatter.header, words) };
    return words("dependence.title", told) + geometry.yTicks.power;
  },
  describe,
  nearly: ({ scatter, geometry, dots }, dot, words) => [
    scatter.header.feature,
    about(geometry.yTicks, dots.y[dot]!, words),
  ],
  told({ scatter, geometry }, { values, data, beside }, _, words) {
    const { feature, color_by } = scatter.header;
    const { fine, power } = geometry.yTicks;
    const where = words("swarm.value", { feature, value: printValue(data[0]!, words) });
    const other =
      color_by === null ? [] : [words("swarm.value", { feature: color_by, value: printValue(beside, words) })];
    return [[where, ...other].join(", "), fine(values[0]!) + power];
  },
};

/** Means by category, or by thirds of the rows. */
function describe({ drawing, words }: Scene<DependenceHeader, DependenceGeometry>): string {
  const { scatter, geometry, dots } = drawing!;
  const { axis, feature, color_by, drawn } = scatter.header;
  const { fine, power } = geometry.yTicks;
  const lacks = (x: number) =>
    axis.missing !== null && (axis.names ? x > axis.missing - 0.5 : x > axis.edges!.at(-1)! + 1e-9);
  const all = Array.from({ length: dots.count }, (_, dot) => dot);
  const known = all.filter((dot) => !lacks(dots.x[dot]!)).sort((one, other) => dots.x[one]! - dots.x[other]!);
  const mean = (some: number[]) => some.reduce((sum, dot) => sum + dots.y[dot]!, 0) / some.length;
  const tell = (where: string, some: number[]) =>
    some.length ? [words("dependence.describe", { where, mean: fine(mean(some)) + power })] : [];
  const parts = axis.names
    ? axis.names.slice(0, 12).flatMap((value, place) =>
        tell(
          words("swarm.value", { feature, value }),
          known.filter((dot) => Math.round(dots.x[dot]!) === place),
        ),
      )
    : [0, 1, 2].flatMap((third) => {
        const some = known.slice((known.length * third) / 3, (known.length * (third + 1)) / 3);
        const [from, to] = [some[0], some.at(-1)].map((dot) => (dot === undefined ? "" : quantity(dots.x[dot]!)));
        return tell(words("dependence.range", { feature, low: from!, high: to! }), some);
      });
  return [
    `${rowsOf(drawn, words)}.`,
    ...parts,
    ...tell(
      words("dependence.missing", { feature }),
      all.filter((dot) => lacks(dots.x[dot]!)),
    ),
    ...(color_by === null ? [] : [words("dependence.describe.colour", { name: color_by })]),
  ].join(" ");
}

function createGround(words: Words, measure: Measure): Layer<DependenceHeader, DependenceGeometry> {
  const whole = shape("svg", { class: "ground", "aria-hidden": "true" });
  return {
    element: whole,
    draw(drawing) {
      whole.replaceChildren(
        ...gridlines(drawing.geometry),
        ...histogram(drawing),
        ...valuesUnder(drawing, words, measure),
        shape("g", { class: "legend" }, ...legend(drawing, words, measure)),
      );
    },
  };
}

function gridlines({ left, right, y, yTicks }: DependenceGeometry): SVGElement[] {
  return yTicks.values.flatMap((value) => {
    const place = Math.round(y.place(value)) + 0.5;
    const zero = Math.abs(value) < yTicks.step / 1e6;
    return [
      shape("path", { class: zero ? "zero" : "rule", d: `M${left} ${place}H${right}` }),
      shape("text", { x: left - 8, y: place + 3.5, "text-anchor": "end" }, yTicks.print(value)),
    ];
  });
}

type Drawn = Drawing<DependenceHeader, DependenceGeometry>;

function histogram(drawing: Drawn): SVGElement[] {
  const { x, strip, left, right, top, bottom } = drawing.geometry;
  const { axis, ends } = drawing.scatter.header;
  const { counts, edges, missing, lacking } = axis;
  const parts = [
    shape("path", { class: "bars", d: barsOf(drawing, [...counts, lacking]) }),
    shape("path", { class: "base", d: `M${left} ${strip.base + 0.5}H${right}` }),
  ];
  if (missing === null) return parts;
  const apart = Math.round(x.place(edges ? missing - (ends[1] - missing) : missing - 0.5)) + 0.5;
  return [...parts, shape("path", { class: "apart", d: `M${apart} ${top}V${bottom}` })];
}

/** Bars of one scale; the last one is of the rows without a number. */
function barsOf({ geometry: { x, strip }, scatter }: Drawn, numbers: number[]): string {
  const { axis, ends } = scatter.header;
  const { counts, edges, missing, lacking } = axis;
  const most = Math.max(1, lacking, ...counts);
  return numbers
    .map((count, index) => {
      if (!count) return "";
      const last = index === counts.length;
      const half = last && edges ? (ends[1] - missing!) * 0.55 : 0.4;
      const middle = last ? missing! : index;
      const [from, to] = edges && !last ? [edges[index]!, edges[index + 1]!] : [middle - half, middle + half];
      const [start, end] = [x.place(from), x.place(to)];
      const tall = Math.max(0.7, (STRIP * count) / most).toFixed(1);
      return `M${start.toFixed(1)} ${strip.base}v-${tall}H${Math.max(start + 0.8, end - 0.7).toFixed(1)}V${strip.base}z`;
    })
    .join("");
}

function createChosenBars(): Layer<DependenceHeader, DependenceGeometry> {
  const bars = shape("path", { class: "chosen-bars", "aria-hidden": "true" });
  return {
    element: bars,
    draw(drawing, { state: { chosen } }) {
      const ofPicture = chosen?.serial === drawing.scatter.header.serial ? chosen.bars : null;
      setAttributes(bars, { d: barsOf(drawing, drawing.marks ? countIn(drawing, drawing.marks) : (ofPicture ?? [])) });
    },
  };
}

/** How many of the marked dots are in each bar. */
function countIn({ dots, scatter }: Drawn, marks: Uint8Array): number[] {
  const { counts, edges, names } = scatter.header.axis;
  const found = new Array<number>(counts.length + 1).fill(0);
  const [low, high] = edges ? [edges[0]!, edges.at(-1)!] : [-0.5, (names?.length ?? 0) - 0.5];
  for (let dot = 0; dot < dots.count; dot++) {
    if (!marks[dot]) continue;
    const place = Math.floor(((dots.x[dot]! - low) / (high - low)) * counts.length);
    found[dots.x[dot]! > high ? counts.length : Math.min(counts.length - 1, place)]! += 1;
  }
  return found;
}

function valuesUnder(
  { geometry: { x, xTicks, strip, left, right }, scatter }: Drawing<DependenceHeader, DependenceGeometry>,
  words: Words,
  measure: Measure,
): SVGElement[] {
  const { axis, feature } = scatter.header;
  const y = strip.base + 17;
  const at = (value: number, text: string, full = text) =>
    shape("text", { x: x.place(value), y, "text-anchor": "middle" }, text, shape("title", {}, full));
  const name = cut(feature, right - left, (text) => measure(text, "400 12px"));
  const missing = words("shap.missing");
  const lacking = axis.missing === null ? null : Math.min(x.place(axis.missing), right - measure(missing) / 2);
  const numbers = (xTicks?.values ?? []).filter(
    (value) => lacking === null || x.place(value) + 30 < lacking - measure(missing) / 2,
  );
  return [
    ...numbers.flatMap((value) => {
      const place = Math.round(x.place(value)) + 0.5;
      return [shape("path", { class: "tick", d: `M${place} ${strip.base}v4` }), at(value, xTicks!.print(value))];
    }),
    ...categories(axis.names, x.place(1) - x.place(0), measure).map(({ index, text, full }) => at(index, text, full)),
    ...(lacking === null ? [] : [shape("text", { x: lacking, y, "text-anchor": "middle" }, missing)]),
    shape(
      "text",
      { class: "name", x: (left + right) / 2, y: strip.base + 36, "text-anchor": "middle" },
      name + (xTicks?.power ?? ""),
      shape("title", {}, feature),
    ),
  ];
}

/** Names of categories, cut where their room ends; every second or third where it is small. */
function categories(names: string[] | null, room: number, measure: Measure) {
  const each = Math.max(1, Math.ceil(READABLE / room));
  return (names ?? []).flatMap((full, index) =>
    index % each ? [] : [{ index, full, text: cut(full, room * each - 6, measure) }],
  );
}

function legend(
  { geometry: { left, right, strip }, scatter, inks }: Drawing<DependenceHeader, DependenceGeometry>,
  words: Words,
  measure: Measure,
): SVGElement[] {
  const { items } = legendOf(scatter.header.colors, words, right - left, measure);
  return items.flatMap(({ item, x, y }) =>
    item.draw(left + x, strip.base + AXIS + 14 + y, (code) => toCss(inks[code]!)),
  );
}

function createFeatureControls(actions: Actions, words: Words): Controls<DependenceHeader> {
  const importance = element("output");
  const feature = select(
    words("dependence.feature"),
    [],
    (name) => actions.set({ feature: name, brush: [] }),
    importance,
  );
  const color = select(words("ice.color_by"), [], (value) => actions.set({ color_by: value === NONE ? null : value }));
  feature.element.classList.add("feature");
  color.element.classList.add("color");
  const [reordered, recoloured] = [createChange(), createChange()];
  return {
    elements: [feature.element, color.element],
    draw({ scatter, traits }: DotsState<DependenceHeader>, reachable) {
      const header = scatter?.header ?? null;
      if (reordered(header?.ranked, traits.feature_names)) {
        const names = header?.ranked.map(({ name }) => name) ?? traits.feature_names;
        feature.offer(names.map((value) => ({ value, text: value })));
      }
      const shown = traits.feature ?? header?.feature ?? "";
      feature.show(shown);
      const found = header?.ranked.find(({ name }) => name === shown);
      write(importance, found ? words("dependence.importance", { value: quantity(found.importance) }) : "");
      if (recoloured(header?.interacting, traits.feature_names, traits.color_by)) {
        const names = header?.interacting.map(({ name }) => name) ?? traits.feature_names;
        const own = header && !names.includes(header.feature) ? [header.feature] : [];
        const auto = header?.color_by && traits.color_by === AUTO ? `: ${header.color_by}` : "";
        color.offer([
          { value: AUTO, text: words("dependence.auto") + auto },
          { value: NONE, text: words("ice.color_by.none") },
          ...[...names, ...own].map((value) => ({ value, text: value })),
        ]);
      }
      color.show(traits.color_by ?? NONE);
      feature.element.hidden = color.element.hidden = traits.feature_names.length < 2;
      feature.enable(reachable);
      color.enable(reachable);
    },
  };
}
