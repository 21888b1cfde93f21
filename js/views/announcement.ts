// What assistive technology is told when the state changes.
import type { State } from "../lib/state";
import type { Words } from "../lib/words";
import { describe } from "./describe";
import { statusText } from "./sentence";

/** That it computes, how far it is, what came out. */
export function announceChange(before: State, after: State, words: Words, say: (text: string) => void): void {
  const { status } = after.traits;
  if (status === "running") {
    if (before.traits.status !== "running") say(words("status.computing"));
    else if (after.map !== before.map) say(statusText(after, words));
  } else if (before.traits.status !== status || (after.map !== before.map && after.map?.header.finished)) {
    const told = statusText(after, words);
    say(after.map ? `${told}. ${describe(after, words, "map")}` : told);
  }
}
