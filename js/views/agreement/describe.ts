// The plot in words: its title, the sentence on where methods disagree, its lines, text alternative and status.
import type { Agreement, Disagreement, Method } from "../../lib/agreement_frame";
import type { AgreementState } from "../../lib/agreement_state";
import { integer, quantity } from "../../lib/format";
import { backgroundOf, methodOf, printValue, unitsOf } from "../../lib/shap_words";
import type { Words } from "../../lib/words";
import { awaited } from "../run_words";
import type { Phrase } from "../sentence";
import { toText } from "../status_line";
import { ERRORS } from "./layout";
import type { Drawing, Scene } from "./scene";

const NAMED = 3; // disputes in the sentence, and features in the text alternative
const POOR_FIT = 0.5;
const MINUS = "\u2212";

const isPoor = ({ fit }: Method) => fit !== null && fit < POOR_FIT;

export const methodName = ({ name }: Pick<Method, "name">, words: Words) => words(`agree.method.${name}`);

/** The same over a column. */
export const headOf = ({ name }: Method, narrow: boolean, words: Words) =>
  words(narrow ? `agree.method.${name}.short` : `agree.method.${name}`);

/** Which side of zero lowers, and which raises. */
export const sidesOf = (words: Words) => [`← ${words("agree.lowers")}`, `${words("agree.raises")} →`] as const;

/** A share with its sign, in percent. */
export function printShare(share: number): string {
  const percent = Math.abs(100 * share);
  const text = percent >= 9.95 ? percent.toFixed(0) : percent.toFixed(1);
  if (Number(text) === 0) return share === 0 ? "0 %" : "<0.1 %";
  return `${share < 0 ? MINUS : "+"}${text} %`;
}

export function titleOf({ agreement: { header } }: Drawing, words: Words): string {
  const { target_name, units, of_classes, index, prediction } = header;
  const what = unitsOf({ units, outputs: [target_name ?? ""], output: 0, of_classes }, words);
  const told = { what, value: quantity(prediction), row: index === null ? "" : integer(index) };
  return words(index === null ? "agree.title" : "agree.title.row", told);
}

export function rowValue({ header }: Agreement, feature: number, words: Words): string {
  const value = header.row[feature] ?? null;
  return printValue(typeof value === "boolean" ? String(value) : value, words);
}

/** Where the methods disagree, or that they do not; nothing while one alone has answered. */
export function sentenceOf(agreement: Agreement, words: Words): string {
  const { methods, finished } = agreement.header;
  if (agreement.shares.every((own) => own.every((share) => share === 0))) return words("contribution.none");
  if (methods.length < 2) return "";
  const told = verdictOf(agreement, words) + (methods.some(isPoor) ? ` ${words("agree.but_poor")}` : "");
  return finished ? told : words("agree.so_far", { told });
}

function verdictOf(agreement: Agreement, words: Words): string {
  const { disagreements } = agreement.header;
  if (!disagreements.length) return words("agree.none");
  const disputed = [...new Set(disagreements.map(({ feature }) => feature))];
  const largest = disputed.slice(0, NAMED).map((of) => disagreements.find(({ feature }) => feature === of)!);
  const told = largest.map((one) => disputeOf(one, agreement, words));
  const more = disputed.length - told.length;
  return words("agree.some", { list: told.join("; ") }) + (more ? ` ${words("agree.more", { count: more })}` : "");
}

function disputeOf({ feature, first, second, kind }: Disagreement, agreement: Agreement, words: Words): string {
  const { header, shares, ranks } = agreement;
  const name = header.features[feature]!;
  const by = (method: number) => methodName(header.methods[method]!, words);
  if (kind === "rank") {
    const [one, other] = [first, second].map((method) => integer(ranks[method]![feature]!));
    return words("agree.rank", { feature: name, first: by(first), one: one!, second: by(second), other: other! });
  }
  const [up, down] = shares[first]![feature]! > 0 ? [first, second] : [second, first];
  const share = (method: number) => printShare(shares[method]![feature]!);
  const told = { up: by(up), raises: share(up), down: by(down), lowers: share(down) };
  return words("agree.sign", { feature: name, ...told });
}

/** A line in full: the feature and its value, then what each method says. */
export function reading({ agreement, shown }: Drawing, at: number, words: Words): string[] {
  const { header, shares, errors, ranks } = agreement;
  const feature = shown[at]!;
  const told = header.methods.map((method, index) => {
    const error = ERRORS * errors[index]![feature]!;
    const share = printShare(shares[index]![feature]!) + (error ? ` ± ${(100 * error).toFixed(1)}` : "");
    return words("agree.reading", {
      method: methodName(method, words),
      share,
      rank: quantity(ranks[index]![feature]!),
    });
  });
  return [`${header.features[feature]} = ${rowValue(agreement, feature, words)}`, ...told];
}

export function describe({ drawing, words }: Scene): string {
  if (!drawing) return "";
  const lines = drawing.shown.slice(0, NAMED).map((_, at) => reading(drawing, at, words).join(", "));
  const pairs = pairsOf(drawing.agreement, words).map((cells) => words("agree.pair.told", cells));
  return [`${titleOf(drawing, words)}.`, sentenceOf(drawing.agreement, words), ...pairs, `${lines.join("; ")}.`]
    .filter(Boolean)
    .join(" ");
}

export interface PairCells extends Record<string, string> {
  first: string;
  second: string;
  spearman: string;
  kendall: string;
  signs: string;
}

/** How far each two methods agree, in numbers. */
export function pairsOf({ header }: Agreement, words: Words): PairCells[] {
  const print = (value: number | null) => (value === null ? "–" : value.toFixed(2).replace("-", MINUS));
  return header.pairs.map(({ first, second, spearman, kendall, same_sign, signed }) => ({
    first: methodName(header.methods[first]!, words),
    second: methodName(header.methods[second]!, words),
    spearman: print(spearman),
    kendall: print(kendall),
    signs: words("agree.signs.of", { same: integer(same_sign), count: integer(signed) }),
  }));
}

export function statusPhrases({ agreement, traits }: AgreementState, words: Words): Phrase[] {
  if (!agreement) return [{ text: awaited(traits, "agree.waiting", words) }];
  const { methods, refused, asked } = agreement.header;
  const waiting = traits.status === "running" ? asked.slice(methods.length + refused.length) : [];
  return [
    ...methods.map((method) => ({ text: progressOf(method, words), strong: !method.finished })),
    ...(methods.some(isInterventional) ? [{ text: words("agree.kind") }] : []),
    ...(methods.some(isPoor) ? [{ text: words("agree.poor_fit"), strong: true }] : []),
    ...refused.map(({ method, title }) => ({
      text: words("agree.refused", { method: words(`agree.method.${method}`), title }),
      strong: true,
    })),
    ...waiting.map((name) => ({ text: words("agree.to_come", { method: words(`agree.method.${name}`) }) })),
  ];
}

/** Whether trees are explained against a background, as other plots do only where they are given one. */
const isInterventional = ({ explainer }: Method) => explainer === "TreeSHAP, interventional";

function progressOf(method: Method, words: Words): string {
  const { name, explainer, units, done, total, sampled, finished, fit, background } = method;
  const parts = [
    ...(name === "shap" ? [methodOf(explainer, words)] : []),
    unitsOf({ units, outputs: [""], output: 0, of_classes: false }, words),
    ...(sampled ? [samplesOf(finished, done, total, words)] : []),
    ...(fit === null ? [] : [`R² ${fit.toFixed(2)}`]),
    ...(background ? [backgroundOf(background, words)] : []),
  ];
  return words("agree.status", { method: methodName(method, words), parts: parts.join(", ") });
}

const samplesOf = (finished: boolean, done: number, total: number, words: Words) =>
  finished
    ? words("agree.samples", { count: integer(total) })
    : words("shap.status.samples", { done: integer(done), total: integer(total) });

/** That it computes, which methods have begun, what came out. */
export function announcementOf(before: AgreementState, scene: Scene): string | null {
  const { state, words } = scene;
  const { status } = state.traits;
  const told = () => toText(statusPhrases(state, words));
  if (status === "running") {
    if (before.traits.status !== "running") return words("status.computing");
    return state.agreement?.header.methods.length === before.agreement?.header.methods.length ? null : told();
  }
  if (before.traits.status === status && state.agreement === before.agreement) return null;
  return `${told()}. ${describe(scene)}`;
}
