// A rule in words; what is data in it is set off from what is ours.
import { element } from "../../lib/dom";
import { integer } from "../../lib/format";
import type { Condition, Rule } from "../../lib/ice_state";
import type { Words } from "../../lib/words";

export function sentence(rule: Rule, words: Words): (Node | string)[] {
  const count = integer(rule.n);
  if (!rule.conditions.length) return [words(rule.precision === 1 ? "ice.rule.all" : "ice.rule.none", { count })];
  const exact = rule.precision === 1 && rule.recall === 1;
  const head = words(exact ? "ice.rule.exact" : "ice.rule.head", { count });
  return [`${head} `, ...conditionsOf(rule, words), ...(exact ? [] : [qualityOf(rule, words)])];
}

/** The conditions, their data set off from the words between them. */
export function conditionsOf({ conditions }: Rule, words: Words): (Node | string)[] {
  return conditions.flatMap((condition, index) => [
    index ? ` ${words("ice.rule.and")} ` : "",
    element("b", {}, textOf(condition, words)),
  ]);
}

export function qualityOf({ precision, recall }: Rule, words: Words): HTMLElement {
  const told = words("ice.rule.quality", { precision: share(precision), recall: share(recall) });
  return element("span", { class: "muted" }, `, ${told}`);
}

function textOf({ feature, operator, values }: Condition, words: Words): string {
  if (!values.length) return words(operator === "=" ? "ice.rule.missing" : "ice.rule.known", { feature });
  if (operator === "<" || operator === ">=") {
    return `${feature} ${operator === "<" ? "<" : "≥"} ${values[0]!.replaceAll("-", "\u2212")}`;
  }
  return `${feature} ${operator === "≠" ? "≠" : "="} ${values.join(` ${words("ice.rule.or")} `)}`;
}

/** Two decimals; only what is whole is written as 1. */
const share = (value: number) => (value === 1 ? "1" : Math.min(value, 0.99).toFixed(2));
