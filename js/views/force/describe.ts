// The plot in words: its text alternative, what is read of a row, its status line, and what is said of changes.
import { type RowRecord, recordAt } from "../../lib/force_frame";
import { isAllZero } from "../../lib/force_order";
import type { ForceState } from "../../lib/force_state";
import { integer } from "../../lib/format";
import { type Printer, percentOf, printValue, shapPhrases, unitsOf } from "../../lib/shap_words";
import type { Words } from "../../lib/words";
import { awaited } from "../run_words";
import type { Phrase } from "../sentence";
import type { Arrow, Bar } from "./bar_layout";
import type { Drawing, Scene } from "./scene";

const MOST_READ = 5; // features of a row

/** What the values add up to. */
export function titleOf({ force }: Drawing, words: Words): string {
  const { outputs, output } = force.header;
  const text = unitsOf(force.header, words);
  const named = outputs[output] !== "" && text.startsWith(outputs[output]!); // the reader's own spelling
  return named ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** The row under the pointer: exactly where the kernel has told, else as it was sent. */
export function pointedOf({ force, stack }: Drawing, at: number, exact: RowRecord | null): RowRecord {
  const record = recordAt(force, stack!.order.places[at]!);
  return exact?.row === record.row && exact.output_of === record.output_of ? exact : record;
}

export interface Contribution {
  text: string;
  value: string;
  raises: boolean;
}

/** The strongest features of a row. */
export function strongestOf(record: RowRecord, names: string[], printer: Printer, words: Words): Contribution[] {
  const known = record.data.some((datum) => datum !== null);
  return record.features
    .map((feature, part) => ({ name: names[feature]!, value: record.values[part]!, datum: record.data[part] ?? null }))
    .filter(({ value }) => value !== 0)
    .slice(0, MOST_READ)
    .map(({ name, value, datum }) => ({
      text: known ? `${name} = ${printValue(datum, words)}` : name,
      value: printer.signed(value),
      raises: value > 0,
    }));
}

export function outputOf(record: RowRecord, printer: Printer, logit: boolean): string {
  return logit ? `${percentOf(record.value)} (${printer.plain(record.value)})` : printer.plain(record.value);
}

/** A row in one sentence. */
export function readingOf(drawing: Drawing, at: number, words: Words): string {
  const record = pointedOf(drawing, at, null);
  const { printer, force } = drawing;
  const told = strongestOf(record, force.header.features, printer, words).map(({ text, value }) => `${text} ${value}`);
  return words("force.reading", { row: record.row, output: printer.plain(record.value), features: told.join(", ") });
}

/** One feature of the opened row. */
export function partOf({ opened, force, printer }: Drawing, { part, value }: Arrow, words: Words): string[] {
  const name = force.header.features[opened!.features[part]!]!;
  const datum = opened!.data[part] ?? null;
  return [datum === null ? name : `${name} = ${printValue(datum, words)}`, printer.signed(value)];
}

/** What got no label of its own. */
export function restOf({ rest, labels, arrows }: Bar, printer: Printer, words: Words): string {
  if (!arrows.length) return words("contribution.none");
  const told = { raising: integer(rest.raising), lowering: integer(rest.lowering) };
  const by = { raised: printer.plain(rest.raised), lowered: printer.plain(Math.abs(rest.lowered)) };
  const more = labels.length ? "force.rest" : "force.rest.all";
  if (rest.raising && rest.lowering) return words(`${more}.both` as "force.rest.both", { ...told, ...by });
  if (rest.raising) return words(`${more}.raise` as "force.rest.raise", { ...told, ...by });
  return rest.lowering ? words(`${more}.lower` as "force.rest.lower", { ...told, ...by }) : "";
}

export function describe({ drawing, words, state }: Scene): string {
  if (!drawing) return "";
  const { force, stack, opened, printer } = drawing;
  const { features, columns, base_known } = force.header;
  const title = titleOf(drawing, words);
  if (isAllZero(force)) return `${title}. ${words("contribution.none")}`;
  if (!stack) {
    const told = strongestOf(opened!, features, printer, words).map(({ text, value }) => `${text} ${value}`);
    const base = opened!.base === null ? "" : printer.plain(opened!.base);
    const key = base_known ? "force.describe.row" : "force.describe.row.sum";
    return words(key, { title, output: printer.plain(opened!.value), base, features: told.join(", ") });
  }
  const [low, high] = extent(force.outputs);
  const named = columns.slice(0, 3).map((feature) => features[feature]!);
  const order = orderName(state.traits.order, words);
  return words("force.describe.rows", {
    title,
    count: integer(force.count),
    low: printer.plain(low),
    high: printer.plain(high),
    features: named.join(", "),
    order,
  });
}

export function orderName(order: string, words: Words): string {
  return order === "similarity" || order === "output" || order === "original" ? words(`force.order.${order}`) : order;
}

export function statusPhrases({ state, drawing, words }: Pick<Scene, "state" | "drawing" | "words">): Phrase[] {
  const { force, traits } = state;
  if (!force) return [{ text: awaited(traits, "state.waiting.rows", words) }];
  const phrases: Phrase[] = shapPhrases(force.header, traits.status, words, drawing ? spanOf(drawing) : undefined);
  if (!drawing?.stack) return phrases;
  const { order, columns } = drawing.stack;
  if (force.count < force.header.done) {
    phrases.push({ text: words("force.status.sample", { count: integer(force.count) }), strong: true });
  }
  if (columns.rows > 1) phrases.push({ text: words("force.status.mean", { count: integer(columns.rows) }) });
  if (!order.found) {
    const waits = !force.header.finished || traits.order === "similarity";
    phrases.push({ text: words(waits ? "force.status.unordered" : "force.status.no_order") });
  }
  const joined = force.header.features.length - Math.min(traits.max_display, force.header.columns.length);
  if (joined > 0) phrases.push({ text: words("force.status.joined", { count: integer(joined) }) });
  return phrases;
}

/** From the lowest place that is drawn to the highest. */
function spanOf({ stack, opened }: Drawing): number {
  if (stack) return stack.columns.range[1] - stack.columns.range[0];
  return opened!.values.reduce((sum, value) => sum + Math.abs(value), 0);
}

/** How many rows are selected, and what they have in common: their mean output. */
export function toldChosen({ stack, printer }: Drawing, words: Words): string {
  const { count, meanOutput } = stack!.chosen;
  const output = count ? printer.plain(meanOutput) : ""; // a mean of log-odds is that of no probability
  return words(count === 1 ? "force.chosen.one" : "force.chosen", { count: integer(count), output });
}

/** Which rows are selected, which one is opened. */
export function announceOwn(before: ForceState, { state, words, drawing }: Scene): string | null {
  const { selection, index } = state.traits;
  if (!drawing?.stack) return null;
  if (before.traits.selection !== selection) return toldChosen(drawing, words);
  return before.traits.index !== index && index !== null ? words("force.opened.told", { row: index }) : null;
}

function extent(values: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
