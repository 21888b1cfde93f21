// The plot in words: its title, its bars, its text alternative, its status line, and what is said of changes.
import { integer } from "../../lib/format";
import { type Bar, ERRORS, type Length } from "../../lib/importance_bars";
import type { Importance } from "../../lib/importance_frame";
import type { ImportanceState } from "../../lib/importance_state";
import { shapPhrases, unitsOf } from "../../lib/shap_words";
import type { Words } from "../../lib/words";
import { awaited } from "../run_words";
import type { Phrase } from "../sentence";
import type { Drawing, Scene } from "./scene";

const NAMED = 5; // features in the text alternative

export function titleOf({ importance, geometry }: Drawing, words: Words): string {
  return words("importance.title", { units: unitsOf(importance.header, words) }) + geometry.power;
}

/** Which rows the bars are of; of all alone nothing need be said. */
export function labelsOf({ header, all, selected }: Importance, words: Words): string[] {
  if (!selected) return ["", ""];
  const told = { done: integer(selected.rows), count: integer(header.n_selected) };
  const some = selected.rows < header.n_selected;
  return [
    words("importance.all", { count: integer(all.rows) }),
    words(some ? "importance.selected.some" : "importance.selected", told),
  ];
}

export function nameOf({ name, feature, count }: Bar, words: Words): string {
  return feature === null ? words("importance.rest", { count: integer(count) }) : name;
}

/** A mean with its interval. */
function print({ mean, error }: Length, { print, power }: Drawing["geometry"]): string {
  const reach = print(ERRORS * (error ?? 0));
  return print(mean) + (reach === "0" ? "" : ` ± ${reach}`) + power;
}

/** A bar in full: the feature, its mean, and that of the selected rows. */
export function reading({ bars, geometry, importance }: Drawing, at: number, words: Words): [string, string, string] {
  const bar = bars[at]!;
  const [, selected] = labelsOf(importance, words);
  return [
    nameOf(bar, words),
    print(bar.all, geometry),
    bar.selected ? `${selected}: ${print(bar.selected, geometry)}` : "",
  ];
}

export function describe({ drawing, words }: Scene): string {
  if (!drawing) return "";
  const { bars, geometry, importance } = drawing;
  const title = titleOf(drawing, words);
  if (isNothing(importance)) return `${title}. ${words("contribution.none")}`;
  const named = bars.slice(0, NAMED);
  const list = (length: (bar: Bar) => Length | null) =>
    named.map((bar) => `${nameOf(bar, words)} ${print(length(bar)!, geometry)}`).join(", ");
  const parts = [words("importance.describe", { title, features: list(({ all }) => all) })];
  if (importance.selected) {
    const count = integer(importance.selected.rows);
    parts.push(words("importance.describe.selected", { count, features: list(({ selected }) => selected) }));
  }
  return parts.join(" ");
}

export const isNothing = ({ all }: Importance) => all.mean.every((mean) => mean === 0);

export function statusPhrases({ importance, traits }: ImportanceState, words: Words): Phrase[] {
  if (!importance) return [{ text: awaited(traits, "state.waiting.rows", words) }];
  return [...shapPhrases(importance.header, traits.status, words), ...intervals(importance, words)];
}

function intervals({ header, all }: Importance, words: Words): Phrase[] {
  if (all.rows < 2) return header.sampled ? [{ text: words("importance.intervals.samples") }] : [];
  return [{ text: words(header.sampled ? "importance.intervals.both" : "importance.intervals.rows") }];
}
