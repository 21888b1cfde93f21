// The weights in words: text alternative, status line, and what is said of changes.
import { alike, type Digits, integer, percent, quantity } from "../../lib/format";
import { isFlat, isUnsure, type LimeHeader, type LocalWeight } from "../../lib/lime_frame";
import type { LimeState } from "../../lib/lime_state";
import type { Status } from "../../lib/state";
import type { Words } from "../../lib/words";
import { awaited } from "../run_words";
import type { Phrase } from "../sentence";
import { type Geometry, printWeight } from "./layout";
import type { Scene } from "./scene";

const POOR = 0.5; // R2 below which the linear model explains the smaller part

export const titleOf = ({ label, index }: LimeHeader, words: Words) =>
  index === null ? words("lime.title", { label }) : words("lime.title.row", { label, row: integer(index) });

export const printScore = (score: number) => quantity(Number(Math.max(-9.99, score).toFixed(2)));

/** What a weight is of. */
export const named = ({ name, condition }: LocalWeight) => (condition ? `${name} ${condition}` : name);

/** Where other seeds would put a weight. */
export function between({ weight, interval }: LocalWeight, { signed, power }: Digits, words: Words): string {
  if (interval === null) return "";
  return words("lime.between", { low: signed(weight - interval) + power, high: signed(weight + interval) + power });
}

export function tell(weight: LocalWeight, { digits }: Geometry, words: Words): string {
  const apart = between(weight, digits, words);
  return `${named(weight)}: ${digits.signed(weight.weight)}${digits.power}${apart && `, ${apart}`}`;
}

/** That there is no weight, and whether because there is nothing to fit. */
export const nothingOf = ({ starved }: LimeHeader, words: Words) =>
  words(starved ? "lime.starved" : "contribution.none");

/** What model and linear model say of the row, and how well the one follows the other. */
export function fitOf({ prediction, local_prediction, score }: LimeHeader, words: Words): string {
  const print = alike([prediction, local_prediction]);
  return [
    ...(prediction === null ? [] : [words("lime.model", { value: print(prediction) })]),
    ...(local_prediction === null ? [] : [words("lime.local", { value: print(local_prediction) })]),
    ...(score === null ? [] : [words("lime.score", { value: printScore(score) })]),
  ].join(", ");
}

export function describe({ drawing, words }: Scene): string {
  if (!drawing) return "";
  const { found, geometry } = drawing;
  const { digits } = geometry;
  const weights = found.weights
    .map((weight) => `${named(weight)}: ${printWeight(weight, digits)}${digits.power}`)
    .join("; ");
  const told = isFlat(found) ? nothingOf(found.header, words) : weights;
  return words("lime.describe", {
    title: titleOf(found.header, words),
    weights: told,
    fit: fitOf(found.header, words),
  });
}

export function statusPhrases({ found, traits }: LimeState, words: Words): Phrase[] {
  if (!found) return [{ text: awaited(traits, "state.waiting", words) }];
  const { header, weights } = found;
  const made = header.parameters;
  if (!made) return [{ text: words("lime.status.given") }];
  const others = header.columns - weights.length;
  const unsure = weights.filter(isUnsure).length;
  const poor = header.score !== null && header.score < POOR && !isFlat(found);
  return [
    { text: countOf(header, traits.status, words), strong: true },
    { text: words("lime.status.width", { width: quantity(made.kernel_width) }) },
    { text: words(made.sampler === "sobol" ? "lime.status.sobol" : "lime.status.random") },
    ...(others > 0 && !header.starved ? [{ text: words("lime.status.others", { count: integer(others) }) }] : []),
    ...(header.starved ? [{ text: words("lime.status.starved", starvation(header)), strong: true }] : []),
    ...(poor
      ? [{ text: words("lime.status.poor", { percent: percent(Math.max(0, header.score!)) }), strong: true }]
      : []),
    ...(unsure ? [{ text: words("lime.status.unsure", { count: unsure, total: weights.length }), strong: true }] : []),
  ];
}

const starvation = ({ effective_samples, done }: LimeHeader) => ({
  count: integer(effective_samples ?? 0),
  total: integer(done),
});

function countOf({ finished, done, total }: LimeHeader, status: Status, words: Words): string {
  const unfinished = !finished && (status === "cancelled" || status === "failed");
  const key = !unfinished ? "status.samples" : status === "failed" ? "status.failed" : "status.stopped";
  return words(key, { done: integer(done), total: integer(total) });
}
