// The colours of rows, by the code of each. Twin: xai_widgets/render/row_colours.py.
import colours from "../../xai_widgets/tables/row_colours.json";
import { interpolate, parseHex, type Rgb, type Theme } from "./colour";

export interface RowColoursHeader {
  /** The feature, or what stands for the model's answer. */
  by: string;
  of_target: boolean;
  numeric: boolean;
  /** Of categories, the most frequent ones; as many others have one colour. */
  names: string[];
  others?: number;
  /** The ends of the colours of numbers, and whether values lie beyond them. */
  low?: number;
  high?: number;
  below?: boolean;
  above?: boolean;
  /** Whether some rows have no value. */
  missing: boolean;
}

/** The colour of each curve: that of its code. */
export interface RowInks {
  codes: Uint8Array;
  inks: Rgb[];
  /** Whether colours stand for names, so that those between them mean nothing. */
  named: boolean;
}

const MISSING = 255;

/** The colour of every code. */
export function inksOf({ numeric, names }: RowColoursHeader, theme: Theme): Rgb[] {
  const { numbers, categories, others, missing } = colours[theme];
  const inks = numeric
    ? interpolate(numbers.map(parseHex))
    : Array.from({ length: MISSING + 1 }, (_, code) => parseHex(code < names.length ? categories[code]! : others));
  inks[MISSING] = parseHex(missing);
  return inks;
}
