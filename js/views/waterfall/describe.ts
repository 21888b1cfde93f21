// The waterfall in words: its title, its bars, its text alternative, its status line, and what is said of changes.
import { integer, quantity } from "../../lib/format";
import { gapOf, printValue as printShapValue, shapPhrases, unitsOf } from "../../lib/shap_words";
import { textOf } from "../../lib/waterfall_changes";
import type { Changes, Value } from "../../lib/waterfall_frame";
import type { WaterfallState } from "../../lib/waterfall_state";
import type { Words } from "../../lib/words";
import { awaited } from "../run_words";
import type { Phrase } from "../sentence";
import { toText } from "../status_line";
import type { Drawing, Scene } from "./scene";

const NAMED = 5; // bars in the text alternative

export function titleOf({ waterfall: { header }, geometry }: Drawing, words: Words): string {
  const told = { row: integer(header.index), units: unitsOf(header, words) };
  return words("waterfall.title", told) + geometry.digits.power;
}

export function printValue(value: Value, words: Words): string {
  return printShapValue(typeof value === "boolean" ? textOf(value) : value, words);
}

/** The mean and the prediction are as fine as the contributions. */
export const printMean = ({ bars, geometry }: Drawing) => geometry.digits.plain(bars.base);

/** A bar in full: what it is of, what it adds, from where to where, and what it was before a change. */
export function reading({ bars, geometry, waterfall }: Drawing, index: number, words: Words): string[] {
  const bar = bars.bars[index]!;
  const { plain, signed, power } = geometry.digits;
  const { full, value } = geometry.labels[index]!;
  const { header } = waterfall;
  const own = bar.kind === "feature" ? (header.row?.[bar.feature] ?? undefined) : undefined;
  const name = bar.kind === "feature" ? header.features[bar.feature]! : full;
  const asked = bar.kind === "feature" && name in header.what_if;
  const shown = asked ? header.what_if[name] : own;
  const told = value && shown !== undefined ? `${name} = ${printValue(shown as Value, words)}` : name;
  const error = bar.error ? ` ± ${quantity(Number(bar.error.toPrecision(2)))}` : "";
  return [
    asked ? words("waterfall.reading.instead", { what: told, own: printValue(own ?? null, words) }) : told,
    `${signed(bar.value)}${bar.value ? power : ""}${error}`,
    words("waterfall.reading.way", { from: plain(bar.from), to: plain(bar.to) }),
    ...(bar.before ? [words("waterfall.reading.before", { value: signed(bar.before.value) })] : []),
  ];
}

export function describe({ drawing, words }: Scene): string {
  if (!drawing) return "";
  const { bars, geometry } = drawing;
  const { plain, signed } = geometry.digits;
  const named = bars.bars.filter(({ kind, value }) => kind !== "gap" && value !== 0).slice(0, NAMED);
  const told = named.map((bar) => {
    const index = bars.bars.indexOf(bar);
    return `${reading(drawing, index, words)[0]} ${signed(bar.value)}`;
  });
  const parts = [
    `${titleOf(drawing, words)}.`,
    words("waterfall.describe", { base: plain(bars.base), prediction: plain(bars.prediction) }),
    told.length ? words("waterfall.describe.bars", { bars: told.join("; ") }) : words("contribution.none"),
  ];
  if (bars.predictionBefore !== null) {
    parts.push(words("waterfall.describe.before", { value: plain(bars.predictionBefore) }));
  }
  return parts.join(" ");
}

export function statusPhrases({ state, drawing, words }: Scene): Phrase[] {
  const { waterfall, traits } = state;
  if (!waterfall || !drawing) return [{ text: awaited(traits, "state.waiting.rows", words) }];
  const { header } = waterfall;
  if (isAwaited(state)) return [{ text: words("status.computing"), strong: true }];
  const { gap, bars, error } = drawing.bars;
  const apart = bars[0]!.kind === "gap";
  const common = shapPhrases({ ...header, gap: null }, traits.status, words);
  return [
    ...(header.unit === "row" ? common.slice(1) : common), // of one row, always
    ...(error ? [{ text: words("waterfall.error", { value: quantity(Number(error.toPrecision(2))) }) }] : []),
    ...(header.base === null ? [{ text: words("waterfall.no_base"), strong: true }] : []),
    ...(header.prediction === null ? [] : [gapOf(Math.abs(gap), apart ? 0 : Number.POSITIVE_INFINITY, words)]),
  ];
}

/** Whether other values, or another row, are computed than the picture is of. */
function isAwaited({ waterfall, traits }: WaterfallState): boolean {
  if (!waterfall || traits.status !== "running") return false;
  const { index, what_if } = waterfall.header;
  return (traits.index ?? index) !== index || !isSame(traits.what_if, what_if);
}

function isSame(one: Changes, other: Changes): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** That it computes, and what came out; so short a way needs no stages. */
export function announcementOf(before: WaterfallState, scene: Scene): string | null {
  const { state, words } = scene;
  const { status } = state.traits;
  const turned = before.traits.status !== status;
  if (status === "running") return turned ? words("status.computing") : null;
  const finished = state.waterfall !== before.waterfall && state.waterfall?.header.finished;
  return turned || finished ? `${describe(scene)} ${toText(statusPhrases(scene))}` : null;
}
