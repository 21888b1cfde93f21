// How far a run over rows is, and by which method, in words.
import { integer } from "../lib/format";
import type { Status } from "../lib/state";
import type { Key, Words } from "../lib/words";

/** What is said in the place of a picture; `first` is what there is to wait for. */
export function awaited({ status }: { status: Status }, first: Key, words: Words): string {
  if (status === "idle") return words("state.idle");
  return words(status === "failed" || status === "cancelled" ? "state.none" : first);
}

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
