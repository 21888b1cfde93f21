// What Shapley values are of, in which units, and what they were made by, in words.
import { integer, quantity, short } from "./format";
import type { ShapHeader } from "./shap_state";
import type { Status } from "./state";
import type { Words } from "./words";

/** Such as "log-odds of malignant", "probability" or "price": what the values add up to. */
export function unitsOf({ units, outputs, output }: Pick<ShapHeader, "units" | "outputs" | "output">, words: Words) {
  const name = outputs[output] ?? "";
  const kind = units ?? "unknown";
  if (name) return words(`shap.units.${kind}.of`, { output: name });
  return words(`shap.units.${kind}`);
}

/** The value that a row has of a feature. */
export function printValue(value: number | string | null, words: Words): string {
  if (value === null || (typeof value === "number" && Number.isNaN(value))) return words("shap.missing");
  return typeof value === "string" ? value : quantity(value);
}

/** What the picture is made of: rows, features, method, background, and whether the values add up. */
export function shapPhrases(header: ShapHeader, status: Status, words: Words): { text: string; strong?: boolean }[] {
  const { finished, done, total, unit, features, method, background, gap } = header;
  const cut = !finished && (status === "cancelled" || status === "failed");
  const ending = !cut ? "" : status === "failed" ? ".failed" : ".stopped";
  const counted = { done: integer(done), total: integer(total), count: integer(total) };
  const sampled = unit !== "row";
  const rows =
    finished && !sampled
      ? words(total === 1 ? "shap.status.row" : "shap.status.all", counted)
      : words(sampled ? `shap.status.samples${ending}` : `shap.status.rows${ending}`, counted);
  return [
    { text: rows, strong: true },
    {
      text: words(features.length === 1 ? "shap.status.feature" : "shap.status.features", {
        count: integer(features.length),
      }),
    },
    { text: method ?? words("shap.status.given") },
    ...(background ? [{ text: words("shap.status.background", { background }) }] : []),
    ...(gap === null ? [] : [{ text: words("shap.status.gap", { gap: short(gap) }) }]),
  ];
}
