// Numbers as a figure prints them: true minus, tabular digits, a power of ten told once.

export const MINUS = "\u2212";
const THIN = "\u2009";
const LEAST = -300; // exponent: the power of ten of a smaller one, or its inverse, is no number
const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export const percent = (share: number): string => `${trim(share * 100, 2)} %`;

/** A probability in percent with one decimal, without its unit. */
export const share = (probability: number): string =>
  probability > 0 && probability < 0.0005 ? "<0.1" : (100 * probability).toFixed(1);

export function integer(value: number): string {
  return grouped(value.toFixed(0)).replace("-", MINUS);
}

/** The digits before the point in groups of three. */
export function grouped(digits: string): string {
  const [whole = "", ...part] = digits.split(".");
  return [whole.replace(/\d(?=(\d{3})+$)/g, `$&${THIN}`), ...part].join(".");
}

/** At most three significant digits, without trailing zeros. */
export function short(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) {
    const exponent = Math.max(LEAST, Math.floor(Math.log10(Math.abs(value))));
    return `${trim(value / 10 ** exponent, 2)}${powerOfTen(exponent)}`;
  }
  return String(Number(value.toPrecision(3))).replace("-", MINUS);
}

/** The same, with all digits of a number from a thousand to a hundred thousand. */
export function quantity(value: number): string {
  const magnitude = Math.abs(value);
  return magnitude >= 1000 && magnitude < 1e5 ? integer(value) : short(value);
}

export interface Digits {
  /** The value in the digits and power of ten that suit the range. */
  plain(value: number): string;
  /** The same with its sign always shown. */
  signed(value: number): string;
  /** The power of ten that is left out, such as " × 10⁻⁵", or nothing. */
  power: string;
  /** Its exponent: 0 where none is left out. */
  exponent: number;
  /** That power of ten as a number: 1 where none is left out. */
  unit: number;
}

/** Choose decimals, and a power of ten if need be, for values up to `end`. */
export function digitsFor(end: number, significant = 2): Digits {
  const exponent = end > 0 ? Math.floor(Math.log10(end)) : 0;
  const shifted = exponent < -3 || exponent > 4;
  const factor = shifted ? 10 ** -exponent : 1;
  const decimals = Math.max(0, significant - 1 - (shifted ? 0 : exponent));
  const write = (plus: string) => (value: number) => {
    const text = grouped((value * factor).toFixed(decimals));
    return !/[1-9]/.test(text) ? "0" : text.startsWith("-") ? text.replace("-", MINUS) : plus + text;
  };
  return {
    plain: write(""),
    signed: write("+"),
    power: shifted ? powerOfTen(exponent) : "",
    exponent: shifted ? exponent : 0,
    unit: shifted ? 10 ** exponent : 1,
  };
}

/** How to write numbers that are compared: to the same digit, three of the largest, in one power of ten. */
export function alike(values: (number | null)[]): (value: number) => string {
  const { plain, power } = digitsFor(Math.max(0, ...values.map((value) => Math.abs(value ?? 0))), 3);
  return (value) => plain(value) + power;
}

export function powerOfTen(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => superscripts[Number(digit)]!);
  return `\u00a0×\u00a010${exponent < 0 ? "⁻" : ""}${digits}`;
}

function trim(value: number, decimals: number): string {
  const magnitude = Math.abs(value);
  const used = magnitude >= 10 ? 0 : magnitude >= 1 ? Math.min(1, decimals) : decimals;
  return String(Number(value.toFixed(used))).replace("-", MINUS);
}
