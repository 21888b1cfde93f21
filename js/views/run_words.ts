// How far a run over rows is, and by which method, in words.
import { integer } from "../lib/format";
import type { Key, Words } from "../lib/words";

export function countOf(
  { finished, done, total }: { finished: boolean; done: number; total: number },
  status: string,
  words: Words,
): string {
  const cut = !finished && (status === "cancelled" || status === "failed");
  const key: Key = !cut ? "ice.status.rows" : status === "failed" ? "ice.status.failed" : "ice.status.stopped";
  return words(key, { done: integer(done), total: integer(total) });
}

export function methodOf(method: string, words: Words): string {
  const key = `ice.method.${method.replace(/ /g, "_")}`;
  const text = words(key as Key);
  return text === key ? method : text;
}
