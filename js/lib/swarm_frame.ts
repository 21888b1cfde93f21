// Dots of Shapley values, decoded and checked: a beeswarm's, or those of a dependence plot.
import type { RowColoursHeader } from "./row_colours";
import { type ShapHeader, toShapHeader } from "./shap_state";
import type { Frame } from "./wire";

/** A line of a beeswarm. */
export interface Band {
  name: string;
  /** The mean magnitude of its values. */
  importance: number;
  /** How many features it is the sum of; 0 for one by itself. */
  joined: number;
}

/** The axis of a dependence plot. */
export interface FeatureAxis {
  names: string[] | null;
  /** Where the rows without a number stand; null where there are none. */
  missing: number | null;
  /** How many these are. */
  lacking: number;
  /** A histogram: of numbers with its edges, of categories one count for each. */
  counts: number[];
  edges: number[] | null;
}

export interface DotsHeader extends ShapHeader {
  /** Whether the kernel has drawn them. */
  many: boolean;
  /** Whether these are only some of the rows, because more are on their way. */
  some: boolean;
  /** How many rows are drawn. */
  drawn: number;
  /** Tells one picture from another. */
  serial: number;
  /** Whether all values are zero. */
  zero: boolean;
  /** Of the rows drawn one by one: the names of categories, of each line and of what gives the colour. */
  names?: (string[] | null)[];
  names_beside?: string[] | null;
  /** Left, right, upper and lower end of the plot. */
  ends: [number, number, number, number];
}

export interface BeeswarmHeader extends DotsHeader {
  bands: Band[];
  /** Whether a feature has a value that is no number, so that its dot is grey. */
  grey: boolean;
}

export interface DependenceHeader extends DotsHeader {
  feature: string;
  /** All features, the most important first. */
  ranked: { name: string; importance: number }[];
  color_by: string | null;
  colors: RowColoursHeader | null;
  /** The others, the one that interacts most first. */
  interacting: { name: string; strength: number }[];
  /** Whether the strengths are interaction values, and not an estimate. */
  by_interactions: boolean;
  axis: FeatureAxis;
}

/** Cells of a picture from the upper left corner on. */
export interface Picture {
  width: number;
  height: number;
  codes: Uint8Array;
  /** The row that is seen, or nobody. */
  owners: Uint32Array;
  /** The cube root of how many dots a cell has, 255 where it is full. */
  shades: Uint8Array;
}

export interface Scatter<Header extends DotsHeader = DotsHeader> {
  header: Header;
  /** Dots of each row. */
  lines: number;
  rows: Uint32Array;
  /** Where dots stand across, line after line; of a beeswarm these are the values. */
  x: ArrayLike<number>;
  values: ArrayLike<number>;
  codes: Uint8Array;
  /** What the rows have of the feature of each line: numbers, or places among its categories. */
  data: ArrayLike<number>;
  /** The same of the feature that gives the colour. */
  beside: ArrayLike<number> | null;
  /** In place of all these where there are many. */
  picture: Picture | null;
}

export const NOBODY = 0xffffffff;

export function toScatter<Header extends DotsHeader>(lines: (header: Header) => number) {
  return (frame: Frame): Scatter<Header> => {
    const header = toShapHeader<Header>(frame);
    if (header.ends?.length !== 4 || !header.ends.every(Number.isFinite)) {
      throw new Error("A frame's header lacks the ends of its plot.");
    }
    const count = lines(header);
    const picture = header.many ? pictureOf(frame) : null;
    const part = (name: string, length: number) => {
      const data = frame.fields.get(name)?.data;
      if (!data || data.length !== length) throw new Error(`A frame lacks the ${name} of its dots.`);
      return data;
    };
    const size = header.many ? 0 : header.drawn;
    const none = new Float64Array();
    const values = header.many ? none : part("values", count * size);
    return {
      header,
      lines: count,
      rows: header.many ? new Uint32Array() : (part("rows", size) as Uint32Array),
      x: frame.fields.get("x")?.data ?? values,
      values,
      codes: header.many ? new Uint8Array() : (part("codes", count * size) as Uint8Array),
      data: header.many ? none : part("data", count * size),
      beside: frame.fields.get("beside")?.data ?? null,
      picture,
    };
  };
}

function pictureOf(frame: Frame): Picture {
  const [codes, owners, shades] = ["codes", "owners", "shades"].map((name) => frame.fields.get(name));
  const [height, width] = codes?.shape ?? [];
  if (!(codes?.data instanceof Uint8Array && owners?.data instanceof Uint32Array) || !height || !width) {
    throw new Error("A frame carries no picture of two dimensions.");
  }
  if (!(shades?.data instanceof Uint8Array) || shades.data.length !== owners.data.length) {
    throw new Error("A picture lacks its shades.");
  }
  return { width, height, codes: codes.data, owners: owners.data, shades: shades.data };
}

/** What share of each cell's dots is selected, 255 where all are. */
export interface Chosen {
  /** Of the picture that it belongs to. */
  serial: number;
  count: number;
  /** How many are in each bar of a histogram; those without a number come last. */
  bars: number[] | null;
  shares: Uint8Array | null;
}

export function toChosen(frame: Frame | null): Chosen | null {
  if (!frame) return null;
  const { serial, count, bars } = frame.header as unknown as Chosen;
  const shares = frame.fields.get("shares")?.data;
  return { serial, count, bars: bars ?? null, shares: shares instanceof Uint8Array ? shares : null };
}
