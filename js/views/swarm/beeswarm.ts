// What makes a beeswarm: a line for each feature, the most important above, the dots of a line stacked.
import { type Ticks, ticksBetween } from "../../lib/axis";
import { toCss } from "../../lib/colour";
import { shape } from "../../lib/dom";
import { integer, quantity } from "../../lib/format";
import { cut } from "../../lib/measure";
import { inksOf } from "../../lib/row_colours";
import { scaleOf } from "../../lib/scale";
import { printValue, rowsOf, unitsOf } from "../../lib/shap_words";
import type { Band, BeeswarmHeader } from "../../lib/swarm_frame";
import { stacked } from "../../lib/swarm_layout";
import type { Words } from "../../lib/words";
import { printerFor } from "../importance/layout";
import { createMost } from "../most";
import type { Measure } from "../plot_scene";
import { greyed } from "./inks";
import type { Actions, Controls, Drawing, Geometry, Kind, Layer } from "./scene";

export interface BeeswarmGeometry extends Geometry {
  /** Of a line. */
  tall: number;
  xTicks: Ticks;
  /** The names, cut where their room ends. */
  names: string[];
  means: ReturnType<typeof printerFor>;
  /** Where the numbers on importance end; null where they have no room. */
  importance: number | null;
}

const NARROW = 560;
const MOST_NAME = { narrow: 120, wide: 220 };
const DOT = 4.2; // pixels from dot to dot
const BESIDE = 64; // for the numbers on importance
const UNDER = 62; // for axis and colours
const BAR = 108;
const STEPS = 36;

export const beeswarm: Kind<BeeswarmHeader, BeeswarmGeometry> = {
  name: "beeswarm",
  prefix: "beeswarm.",
  layout(scatter, width, words, measure) {
    const { bands, ends } = scatter.header;
    const narrow = width < NARROW;
    const most = MOST_NAME[narrow ? "narrow" : "wide"];
    const names = bands.map((band) => cut(nameOf(band, words), most, (text) => measure(text, "400 12px")));
    const left = Math.max(40, ...names.map((name) => measure(name, "400 12px"))) + 14;
    const right = Math.max(left + 80, width - (narrow ? 8 : BESIDE + 12));
    const tall = Math.round(Math.min(54, Math.max(24, 400 / bands.length)));
    const top = narrow ? 6 : 20;
    const bottom = top + tall * bands.length;
    return {
      width,
      height: bottom + UNDER,
      left,
      right,
      top,
      bottom,
      x: scaleOf(ends[0], ends[1], left, right),
      y: scaleOf(ends[2], ends[3], top, bottom),
      tall,
      xTicks: ticksBetween(ends[0], ends[1], Math.floor((right - left) / 76), true),
      names,
      means: printerFor(Math.max(...bands.map(({ importance }) => importance))),
      importance: narrow ? null : width - 4,
    };
  },
  place({ lines, rows, values }, { x, left, tall }) {
    const y = new Float64Array(values.length);
    const columns = new Int32Array(rows.length);
    for (let line = 0; line < lines; line++) {
      const first = line * rows.length;
      for (let row = 0; row < rows.length; row++) {
        columns[row] = Math.floor((x.place(values[first + row]!) - left) / DOT);
      }
      const offsets = stacked(columns, (tall - 4) / DOT);
      for (let row = 0; row < rows.length; row++) y[first + row] = line + (offsets[row]! * DOT) / tall;
    }
    return { x: values, y };
  },
  inks: (_, { theme }) => greyed(inksOf(NUMBERS, theme), theme),
  lineAt: ({ lines }, y) => Math.min(lines - 1, Math.max(0, Math.round(y))),
  ground: createGround,
  controls: createMaxDisplay,
  title: ({ drawing, words }) =>
    words("beeswarm.title", { units: unitsOf(drawing!.scatter.header, words) }) + drawing!.geometry.xTicks.power,
  describe({ drawing, words }) {
    const { scatter, geometry, dots } = drawing!;
    const { bands, drawn } = scatter.header;
    const told = bands.map((band, line) => {
      const places = extentOf(dots.x, dots.y, (y) => beeswarm.lineAt(scatter, y) === line);
      const [low, high] = places.map((value) => geometry.xTicks.fine(value) + geometry.xTicks.power);
      const importance = quantity(band.importance);
      return words("beeswarm.describe.line", { name: nameOf(band, words), importance, low: low!, high: high! });
    });
    return `${words("beeswarm.describe", { rows: rowsOf(drawn, words) })} ${told.join("; ")}.`;
  },
  nearly({ scatter, geometry, dots }, dot, words) {
    const band = scatter.header.bands[beeswarm.lineAt(scatter, dots.y[dot]!)]!;
    return [nameOf(band, words), about(geometry.xTicks, dots.x[dot]!, words)];
  },
  told({ scatter, geometry }, { values, data }, line, words) {
    const band = scatter.header.bands[line]!;
    const { fine, power } = geometry.xTicks;
    const name = nameOf(band, words);
    const value = fine(values[line]!) + power;
    if (band.joined) return [name, value];
    return [words("swarm.value", { feature: name, value: printValue(data[line]!, words) }), value];
  },
};

const NUMBERS = { by: "", of_target: false, numeric: true, names: [], missing: true };

export const nameOf = ({ name, joined }: Band, words: Words) =>
  joined ? words("swarm.rest", { count: integer(joined) }) : name;

/** A value as well as a picture gives it. */
export const about = ({ print, power }: Ticks, value: number, words: Words) =>
  words("swarm.about", { value: print(value) + power });

function extentOf(x: ArrayLike<number>, y: ArrayLike<number>, counts: (y: number) => boolean): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let dot = 0; dot < x.length; dot++) {
    if (!counts(y[dot]!)) continue;
    low = Math.min(low, x[dot]!);
    high = Math.max(high, x[dot]!);
  }
  return [low, high];
}

function createGround(words: Words, measure: Measure): Layer<BeeswarmHeader, BeeswarmGeometry> {
  const whole = shape("svg", { class: "ground", "aria-hidden": "true" });
  return {
    element: whole,
    draw(drawing) {
      const { geometry, scatter } = drawing;
      const { left, right, top, bottom, x, tall, names, importance, means } = geometry;
      const zero = Math.round(x.place(0)) + 0.5;
      whole.replaceChildren(
        ...scatter.header.bands.flatMap((band, line) => {
          const middle = Math.round(top + tall * (line + 0.5)) + 0.5;
          const full = nameOf(band, words);
          return [
            shape("path", { class: "rule", d: `M${left} ${middle}H${right}` }),
            shape(
              "text",
              { class: band.joined ? "name joined" : "name", x: left - 12, y: middle + 3.5, "text-anchor": "end" },
              names[line]!,
              shape("title", {}, full),
            ),
            ...(importance === null
              ? []
              : [
                  shape("text", { x: importance, y: middle + 3.5, "text-anchor": "end" }, means.print(band.importance)),
                ]),
          ];
        }),
        ...(importance === null
          ? []
          : [
              shape(
                "text",
                { x: importance, y: top - 6, "text-anchor": "end" },
                words("swarm.importance") + means.power,
              ),
            ]),
        shape("path", { class: "zero", d: `M${zero} ${top - 4}V${bottom}` }),
        shape("path", { class: "base", d: `M${left} ${bottom + 0.5}H${right}` }),
        ...ticks(geometry),
        ...colourBar(drawing, words, measure),
      );
    },
  };
}

function ticks({ x, xTicks, bottom }: BeeswarmGeometry): SVGElement[] {
  return xTicks.values.flatMap((value) => {
    const place = Math.round(x.place(value)) + 0.5;
    return [
      shape("path", { class: "tick", d: `M${place} ${bottom}v4` }),
      shape("text", { x: place, y: bottom + 17, "text-anchor": "middle" }, xTicks.print(value)),
    ];
  });
}

function colourBar(
  { geometry: { left, width, bottom }, scatter, inks }: Drawing<BeeswarmHeader>,
  words: Words,
  measure: Measure,
): SVGElement[] {
  const [name, low, high, grey] = (["swarm.colour", "swarm.low", "swarm.high", "swarm.grey"] as const).map((key) =>
    words(key),
  ) as [string, string, string, string];
  const y = bottom + 50;
  const before = measure(name, "400 12px") + 12 + measure(low) + 6;
  const whole = before + BAR + 6 + measure(high);
  const start = Math.max(0, Math.min(left, width - whole));
  const from = start + before;
  const step = BAR / STEPS;
  const after = start + whole + 16;
  const fits = scatter.header.grey && after + 12 + measure(grey) <= width;
  return [
    shape("text", { class: "name", x: start, y }, name),
    shape("text", { x: from - 6, y, "text-anchor": "end" }, low),
    ...Array.from({ length: STEPS }, (_, index) => {
      const fill = toCss(inks[Math.round((254 * index) / (STEPS - 1))]!);
      return shape("rect", { x: from + index * step, y: y - 9, width: step, height: 9, fill });
    }),
    shape("text", { x: from + BAR + 6, y }, high),
    ...(fits
      ? [
          shape("circle", { cx: after + 3, cy: y - 4, r: 3, fill: toCss(inks[255]!) }),
          shape("text", { x: after + 12, y }, grey),
        ]
      : []),
  ];
}

function createMaxDisplay(actions: Actions, words: Words): Controls<BeeswarmHeader> {
  const most = createMost((max_display) => actions.set({ max_display, brush: [] }), words);
  return {
    elements: [most.element],
    draw: ({ traits }) => most.draw(traits.max_display, traits.feature_names.length),
  };
}
