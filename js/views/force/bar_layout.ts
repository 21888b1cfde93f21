// Where the arrows of one row and their labels stand: what raises to the left of the output, what lowers to its right,
// the strongest next to it.
import type { RowRecord } from "../../lib/force_frame";
import { cut } from "../../lib/measure";
import { type Scale, scaleOf } from "../../lib/scale";
import { fitting, spreadApart } from "../../lib/shap_labels";
import { type Printer, printerFor, printValue } from "../../lib/shap_words";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";

export interface Arrow {
  /** Place in the record; -1 for the features that are not listed. */
  part: number;
  value: number;
  /** Ends, in units of the output. */
  from: number;
  to: number;
}

export interface BarLabel {
  part: number;
  name: string;
  full: string;
  data: string;
  value: string;
  /** Where the arrow's middle is, and where the label stands. */
  at: number;
  place: number;
}

export interface Bar {
  x: Scale;
  arrows: Arrow[];
  labels: BarLabel[];
  raised: number;
  lowered: number;
  /** What got no label: how many raise and lower, and by how much. */
  rest: RowRecord["rest"];
}

const EDGE = 6;
const GAP = 16;
const [SHORTEST, LONGEST] = [110, 170]; // of a name

export function barOf(
  record: RowRecord,
  features: string[],
  width: number,
  most: number,
  printer: Printer,
  words: Words,
  measure: Measure,
): Bar {
  const { rest, value: output } = record;
  const arrows = [...side(record, 1, rest.raised), ...side(record, -1, rest.lowered)];
  const raised = sum(record.values.filter((value) => value > 0)) + rest.raised;
  const lowered = sum(record.values.filter((value) => value < 0)) + rest.lowered;
  const ends = [output - raised, output - lowered, ...(record.base === null ? [] : [record.base])];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = (high - low || Math.abs(output) || 1) * 0.02;
  const x = scaleOf(low - room, high + room, EDGE, width - EDGE);
  const wanted = arrows
    .filter(({ part, value }) => part >= 0 && value !== 0)
    .sort((one, other) => one.part - other.part)
    .slice(0, most)
    .map((arrow) =>
      labelOf(arrow, record, features, Math.min(LONGEST, Math.max(SHORTEST, width / 4)), printer, words, measure, x),
    );
  const fit = wanted.slice(
    0,
    fitting(
      wanted.map((label) => label.width),
      width,
      GAP,
    ),
  );
  const places = spreadApart(fit, 0, width, GAP);
  const named = new Set(fit.map(({ part }) => part));
  const others = record.values.filter((_, part) => !named.has(part));
  const up = others.filter((value) => value > 0);
  const down = others.filter((value) => value < 0);
  return {
    x,
    arrows,
    labels: fit.map((label, index) => ({ ...label, place: places[index]! })),
    raised,
    lowered,
    rest: {
      raising: up.length + rest.raising,
      raised: sum(up) + rest.raised,
      lowering: down.length + rest.lowering,
      lowered: sum(down) + rest.lowered,
    },
  };
}

/** The arrows of a side, from the output outwards. */
function side({ values, value: output }: RowRecord, sign: 1 | -1, rest: number): Arrow[] {
  let at = output;
  const take = (value: number, part: number): Arrow => {
    const arrow = { part, value, from: Math.min(at, at - value), to: Math.max(at, at - value) };
    at -= value;
    return arrow;
  };
  const listed = values.flatMap((value, part) => (sign * value > 0 ? [take(value, part)] : []));
  return rest ? [...listed, take(rest, -1)] : listed;
}

function labelOf(
  { part, value, from, to }: Arrow,
  record: RowRecord,
  features: string[],
  longest: number,
  printer: Printer,
  words: Words,
  measure: Measure,
  x: Scale,
) {
  const full = features[record.features[part]!]!;
  const name = cut(full, longest, measure);
  const datum = record.data[part] ?? null;
  const known = record.data.some((each) => each !== null);
  const data = known ? cut(printValue(datum, words), longest, measure) : "";
  const written = printer.signed(value);
  const under = measure(data ? `${data}\u2002` : "") + measure(written, "600 11px");
  return {
    part,
    name,
    full,
    data,
    value: written,
    at: x.place((from + to) / 2),
    width: Math.max(measure(name), under) + 2,
  };
}

/** As finely as the row asks. */
export function printerOf({ values, rest }: RowRecord) {
  const raised = values.reduce((sum, value) => sum + Math.max(0, value), rest.raised);
  const lowered = values.reduce((sum, value) => sum + Math.min(0, value), rest.lowered);
  return printerFor(raised - lowered);
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** An arrow that points to the output. */
export function arrowPath(left: number, right: number, top: number, height: number, raises: boolean): string {
  const wide = right - left;
  const tip = Math.min(6, wide * 0.6);
  const middle = top + height / 2;
  const bottom = top + height;
  return raises
    ? `M${left} ${top}H${right - tip}L${right} ${middle}L${right - tip} ${bottom}H${left}L${left + tip} ${middle}z`
    : `M${right} ${top}H${left + tip}L${left} ${middle}L${left + tip} ${bottom}H${right}L${right - tip} ${middle}z`;
}
