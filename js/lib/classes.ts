// Classes by name or number.
import type { Score, Traits } from "./state";
import type { Words } from "./words";

type Known = Pick<Traits, "class_names" | "n_classes" | "scores">;

export function classCount({ class_names, n_classes }: Known): number {
  return Math.max(n_classes, class_names.length);
}

export function className({ class_names }: Known, index: number, words: Words): string {
  return class_names[index] ?? words("class.number", { index });
}

export function scoreOf({ scores }: Known, index: number): number | null {
  return scores?.values?.[index] ?? scores?.top.find((score) => score.index === index)?.value ?? null;
}

/** The classes that a query means, best match first: number, start of the name, start of a word, anywhere. */
export function findClasses(known: Known, query: string, words: Words, limit: number): Score[] {
  const wanted = query.trim().toLowerCase();
  const count = classCount(known);
  if (wanted === "") return known.scores?.top.slice(0, limit) ?? firstClasses(known, words, Math.min(limit, count));
  const found: (Score & { rank: number })[] = [];
  for (let index = 0; index < count; index++) {
    const name = className(known, index, words);
    const rank = rankOf(name.toLowerCase(), wanted, index);
    if (rank < 4) found.push({ index, name, value: scoreOf(known, index) ?? 0, rank });
  }
  return found.sort((one, other) => one.rank - other.rank || other.value - one.value).slice(0, limit);
}

function firstClasses(known: Known, words: Words, count: number): Score[] {
  return Array.from({ length: count }, (_, index) => ({ index, name: className(known, index, words), value: 0 }));
}

function rankOf(name: string, wanted: string, index: number): number {
  if (String(index) === wanted) return 0;
  const at = name.indexOf(wanted);
  if (at < 0) return 4;
  if (at === 0) return 1;
  return /\w/.test(name[at - 1]!) ? 3 : 2;
}
