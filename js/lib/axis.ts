// Ticks at round numbers, and numbers printed as finely as a step asks.
import { tickStep } from "d3-array";
import { grouped, MINUS, powerOfTen } from "./format";

export type Print = (value: number) => string;

export interface Ticks {
  values: number[];
  step: number;
  print: Print;
  /** The same, one digit finer. */
  fine: Print;
  /** The power of ten that is left out, such as " × 10⁻⁵", or nothing. */
  power: string;
}

/** `shared` is the power of ten of the numbers beside the axis, where there are any; else it suits the axis. */
export function ticksBetween(low: number, high: number, most: number, signed = false, shared?: number): Ticks {
  const span = high - low;
  const step = span > 0 ? tickStep(0, span, Math.max(1, most)) : Math.abs(low) || 1;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const values = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
  const exponent = shared ?? sharedExponent(step, Math.max(Math.abs(low), Math.abs(high)));
  const printer = (finer: number) => createPrinter(step / 10 ** (exponent + finer), exponent, signed);
  const power = exponent ? powerOfTen(exponent) : "";
  return { values, step, print: printer(0), fine: printer(1), power };
}

function sharedExponent(step: number, largest: number): number {
  const exponent = largest > 0 ? Math.floor(Math.log10(largest)) : 0;
  return (exponent >= 6 && step >= 1000) || exponent < -3 ? exponent : 0;
}

function createPrinter(step: number, exponent: number, signed: boolean): Print {
  const decimals = Math.min(12, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  return (value) => {
    const shifted = value / 10 ** exponent;
    const text = grouped(Math.abs(shifted).toFixed(decimals));
    const zero = !/[1-9]/.test(text);
    const sign = zero ? "" : shifted < 0 ? MINUS : signed ? "+" : "";
    return sign + (zero && signed ? "0" : text);
  };
}
