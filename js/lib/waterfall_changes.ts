// What a person asks: other values of some features, read from what was written, and checked before they are sent.
import type { Changes, Value } from "./waterfall_frame";
import type { NumberRange } from "./waterfall_state";

/** The changes with one more; the row's own value is none. */
export function changedTo(changes: Changes, feature: string, value: Value, own: Value | undefined): Changes {
  const { [feature]: _, ...others } = changes;
  return isSame(value, own) ? others : { ...others, [feature]: value };
}

/** Whether a value says the same as the row's own: a category may be written as text. */
function isSame(value: Value, own: Value | undefined): boolean {
  return own !== undefined && (value === own || (value !== null && own !== null && textOf(value) === textOf(own)));
}

/** A category as it is listed; truth values are written as in Python. */
export function textOf(value: Exclude<Value, null>): string {
  return typeof value === "boolean" ? (value ? "True" : "False") : String(value);
}

export type Read = { value: number } | { fault: "number" | "whole" };

/** A number as people write it, with a true minus, spaces in thousands or a decimal comma. */
export function readNumber(text: string, { whole }: NumberRange): Read {
  const plain = text.replace(/[\s\u2009\u00a0]/g, "").replace(/\u2212/g, "-");
  const pointed = /^[^.,]*,[^.,]*$/.test(plain) ? plain.replace(",", ".") : plain;
  const value = pointed === "" ? Number.NaN : Number(pointed);
  if (!Number.isFinite(value)) return { fault: "number" };
  if (whole && !Number.isInteger(value)) return { fault: "whole" };
  return { value };
}

/** How far a slider goes from step to step: 200 round steps over the range, or whole numbers. */
export function stepOf({ low, high, whole }: NumberRange): number {
  const fine = (high - low) / 200;
  if (!(fine > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(fine));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= fine * 0.999)! * power;
  return whole ? Math.max(1, Math.round(step)) : Number(step.toPrecision(3));
}

/** The range that a slider has: of round steps, around that of the data. */
export function endsOf(range: NumberRange): { min: number; max: number; step: number } {
  const step = stepOf(range);
  const tidy = (value: number) => Number(value.toPrecision(12));
  const [min, max] = [tidy(Math.floor(range.low / step) * step), tidy(Math.ceil(range.high / step) * step)];
  return { min, max: max > min ? max : tidy(min + step), step };
}
