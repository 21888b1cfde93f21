// One sentence: what the shown picture is made of, from its own header.
import type { AttributionMap } from "../lib/attribution";
import { integer, percent, short } from "../lib/format";
import type { State, Status } from "../lib/state";
import type { Words } from "../lib/words";
import { methodName } from "./describe";
import { awaited } from "./run_words";

export interface Phrase {
  text: string;
  strong?: boolean;
}

export function statusPhrases({ map, traits }: State, words: Words): Phrase[] {
  if (!map) return [{ text: awaited(traits, "state.waiting", words) }];
  return phrases(map, traits.status, words);
}

export function statusText(state: State, words: Words): string {
  return statusPhrases(state, words)
    .map(({ text }) => text)
    .join(", ");
}

function phrases(map: AttributionMap, status: Status, words: Words): Phrase[] {
  const { header } = map;
  const method = { text: methodName(map, words), strong: true };
  const nothing = map.scale === 0 ? [{ text: words("status.no_signal"), strong: true }] : [];
  if (header.method === "custom") {
    const counted = header.unit === "sample" ? [countOf(map, status, words)] : [];
    const certainty = header.relative_error === null ? nothing : [certaintyOf(map, words)];
    return [method, ...counted, { text: words("status.given") }, ...certainty];
  }
  const rounded = header.precision === "bfloat16" ? [{ text: words("status.bfloat16") }] : [];
  if (header.sigma === null) return [method, { text: words("status.exact") }, ...nothing, ...rounded];
  const sigma = short(header.sigma);
  const noise =
    header.noise_level === null
      ? words("status.noise_absolute", { sigma })
      : words("status.noise", { percent: percent(header.noise_level), sigma });
  const certainty = certaintyOf(map, words);
  return [method, countOf(map, status, words), { text: noise }, certainty, ...rounded];
}

function countOf({ header: { finished, done, total } }: AttributionMap, status: Status, words: Words): Phrase {
  const unfinished = !finished && (status === "cancelled" || status === "failed");
  const counting = !unfinished ? "status.samples" : status === "failed" ? "status.failed" : "status.stopped";
  return { text: words(counting, { done: integer(done), total: integer(total) }), strong: true };
}

function certaintyOf({ header: { relative_error }, scale }: AttributionMap, words: Words): Phrase {
  if (scale === 0) return { text: words("status.no_signal"), strong: true };
  if (relative_error === null) return { text: words("status.no_error") };
  const noisy = relative_error > 1;
  return { text: words(noisy ? "status.noisy" : "status.error", { percent: percent(relative_error) }), strong: noisy };
}
