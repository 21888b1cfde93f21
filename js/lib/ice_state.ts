// What the views of ICEPlot draw from.
import type { Columns, Filters } from "./ice_columns";
import type { Curves } from "./ice_curves";
import type { DensityImage } from "./ice_density";
import type { Fault, SessionState, Status } from "./state";
import type { Changes } from "./waterfall_frame";

export type Operation = "and" | "or" | "not";

/** A box in the units of what is drawn; for categories, x counts the points of the grid. */
export interface Brush {
  x: [number, number];
  y: [number, number];
  op: Operation;
}

export type Kind = "individual" | "average" | "both" | "derivative" | "ale";

/** Traits that make the kernel work. */
export interface IceKernelTraits {
  feature: string;
  grid_resolution: number;
  target: number | null;
  seed: number;
  /** A feature, or "target" for the model's answer. */
  color_by: string | null;
}

/** Traits that the browser draws by, alone. */
export interface IceDrawingTraits {
  kind: Kind;
  centered: boolean;
  anchor: number | null;
  bands: boolean;
  /** Rows that are drawn above the others, as a selection is. */
  highlight: unknown;
  brush: Brush[];
  filters: Filters;
  /** Positions of rows, little-endian uint32, sorted and unique. */
  selection: unknown;
  hover: number | null;
  /** The row whose curve carries a mark, and other values of its features, at which it stands. */
  index: number | null;
  what_if: Changes;
  /** Two features whose interaction is looked at. */
  pair: [string, string] | null;
  language: string;
}

/** What one feature must be: its values as text, one or several for "=", none for what is missing. */
export interface Condition {
  feature: string;
  operator: "=" | "≠" | "in" | "<" | ">=";
  values: string[];
}

/** What rows have in common; no condition where no short rule describes them. */
export interface Rule {
  n: number;
  precision: number;
  recall: number;
  conditions: Condition[];
}

/** Rows whose curves have one shape. */
export interface Subgroup {
  /** As in a selection. */
  rows: unknown;
  mean: number[];
  rule: Rule;
}

export interface Interaction {
  features: [string, string];
  /** H: the share of the joint effect that is interaction. */
  value: number;
  /** In the unit of the prediction. */
  strength: number;
}

export interface FeatureName {
  name: string;
  /** How far the curves go from their lowest to their highest, on average. */
  moves: number | null;
}

/** Traits that the kernel writes. */
export interface IceReportedTraits {
  status: Status;
  job: number;
  features: FeatureName[];
  n_rows: number;
  class_names: string[];
  code: string;
  rule: Rule | null;
  subgroups: Subgroup[];
  interactions: Interaction[];
  /** A reference to the widget of the chosen pair. */
  pair_surface: string | null;
  error: Fault | null;
  notice: string;
}

export type IceSettings = IceKernelTraits & IceDrawingTraits;
export type IceTraits = IceSettings & IceReportedTraits;

export const iceKernelTraits = [
  "feature",
  "grid_resolution",
  "target",
  "seed",
  "color_by",
] as const satisfies (keyof IceKernelTraits)[];

export const iceTraitNames = [
  ...iceKernelTraits,
  "kind",
  "centered",
  "anchor",
  "bands",
  "highlight",
  "brush",
  "filters",
  "selection",
  "hover",
  "index",
  "what_if",
  "pair",
  "language",
  "status",
  "job",
  "features",
  "n_rows",
  "class_names",
  "code",
  "rule",
  "subgroups",
  "interactions",
  "pair_surface",
  "error",
  "notice",
] as const satisfies (keyof IceTraits)[];

export interface IceState extends SessionState {
  traits: IceTraits;
  curves: Curves | null;
  /** Of the features that are filtered or were asked for. */
  columns: Columns;
  /** Of all curves and of the selected ones, where there are more than the page holds. */
  density: DensityImage | null;
  selectedDensity: DensityImage | null;
}
