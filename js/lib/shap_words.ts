// What Shapley values are of, in which units, and what they were made by, in words.
import { integer, quantity, short } from "./format";
import type { Background, ShapHeader } from "./shap_state";
import type { Status } from "./state";
import type { Words } from "./words";

/** Such as "log-odds of malignant", "probability" or "price": what the values add up to. */
export function unitsOf(
  { units, outputs, output, of_classes }: Pick<ShapHeader, "units" | "outputs" | "output" | "of_classes">,
  words: Words,
) {
  const name = outputs[output] ?? "";
  const kind = units ?? "unknown";
  if (kind === "score" && outputs.length === 1 && name && !of_classes) return name; // what is predicted, in its own units
  if (name) return words(`shap.units.${kind}.of`, { output: calledOf(name, words) });
  return words(`shap.units.${kind}`);
}

/** A class by its name; one that is a number is told from an amount. */
function calledOf(name: string, words: Words): string {
  return Number.isFinite(Number(name)) ? words("shap.class", { output: name }) : name;
}

/** The value that a row has of a feature. */
export function printValue(value: number | string | null, words: Words): string {
  if (value === null || (typeof value === "number" && Number.isNaN(value))) return words("shap.missing");
  return typeof value === "string" ? value : quantity(value);
}

/** Which rows absent features are drawn from. */
export function backgroundOf({ kind, rows, of }: Background, words: Words): string {
  const single = rows === 1 && (kind === "given" || kind === "all");
  const told = { rows: integer(rows), of: integer(of ?? 0) };
  const background = words(single ? `shap.background.${kind}.one` : `shap.background.${kind}`, told);
  return words("shap.status.background", { background });
}

/** An explainer by its name, its kind in the reader's language. */
export function methodOf(name: string, words: Words): string {
  const [own, kind] = name.split(", ");
  if (kind !== "path-dependent" && kind !== "interventional") return name;
  return `${own}, ${words(`shap.kind.${kind}`)}`;
}

const REASONED = ["TreeSHAP", "LinearSHAP", "ExactSHAP", "KernelSHAP"] as const;

/** Which explainer was taken, why, and what it asks of the model; "" where the values were given. */
export function explainerOf(header: ShapHeader | undefined, words: Words): string {
  const name = REASONED.find((each) => each === header?.method?.split(",")[0]);
  if (!header || !name) return "";
  const features = header.features.length;
  const asked = integer(2 ** features * (header.background?.rows ?? 1));
  return words(`shap.by.${name}`, { features: integer(features), asked });
}

const ADDING = 1e-3; // of the span of the outputs: a larger gap is no rounding

export const rowsOf = (count: number, words: Words) =>
  words(count === 1 ? "shap.status.row" : "shap.status.all", { count: integer(count) });

/** What the picture is made of: rows, features, method, background, and whether values add up to outputs of a span. */
export function shapPhrases(
  header: ShapHeader,
  status: Status,
  words: Words,
  span = Number.POSITIVE_INFINITY,
): { text: string; strong?: boolean }[] {
  const { finished, done, total, unit, features, method, background, gap } = header;
  const cut = !finished && (status === "cancelled" || status === "failed");
  const ending = !cut ? "" : status === "failed" ? ".failed" : ".stopped";
  const counted = { done: integer(done), total: integer(total) };
  const sampled = unit !== "row";
  const rows =
    finished && !sampled && done === total
      ? rowsOf(total, words)
      : words(sampled ? `shap.status.samples${ending}` : `shap.status.rows${ending}`, counted);
  return [
    { text: rows, strong: true },
    ...(finished && !sampled && done < total
      ? [{ text: words("shap.status.left_out", { count: integer(total - done) }), strong: true }]
      : []),
    {
      text: words(features.length === 1 ? "shap.status.feature" : "shap.status.features", {
        count: integer(features.length),
      }),
    },
    { text: method === null ? words("shap.status.given") : methodOf(method, words) },
    ...(background ? [{ text: backgroundOf(background, words) }] : []),
    ...(gap === null ? [] : [gapOf(gap, span, words)]),
  ];
}

/** Whether base value and values add up to the output, but for a part of a span that is rounding. */
export function gapOf(gap: number, span: number, words: Words) {
  if (gap === 0) return { text: words("shap.status.gap.none"), strong: false };
  const large = gap > ADDING * span;
  return { text: words(large ? "shap.status.gap.large" : "shap.status.gap", { gap: short(gap) }), strong: large };
}

export interface Printer {
  plain(value: number): string;
  /** With its sign always shown. */
  signed(value: number): string;
}

/** Print values as finely as a hundredth of a span asks. */
export function printerFor(span: number): Printer {
  const exponent = span > 0 ? Math.floor(Math.log10(span)) : 0;
  if (exponent > 8 || exponent < -4) {
    return { plain: short, signed: (value) => (value > 0 ? `+${short(value)}` : short(value)) };
  }
  const decimals = Math.max(0, 2 - exponent);
  const plain = (value: number) => {
    const text = Math.abs(value).toFixed(decimals);
    if (!/[1-9]/.test(text)) return "0";
    const [whole, part] = text.split(".");
    const digits = integer(Number(whole)) + (part ? `.${part}` : "");
    return value < 0 ? `\u2212${digits}` : digits;
  };
  return { plain, signed: (value) => (plain(value) === "0" || value < 0 ? plain(value) : `+${plain(value)}`) };
}

/** The probability of which a number is the log-odds. */
export const probabilityOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** The same in percent, with as many digits as tell it from 0 and 1. */
export function percentOf(logOdds: number): string {
  const probability = probabilityOf(logOdds);
  const rare = Math.min(probability, 1 - probability);
  if (rare < 5e-5) return probability < 0.5 ? "<0.01 %" : ">99.99 %";
  return `${(100 * probability).toFixed(rare < 0.005 ? 2 : 1)} %`;
}
