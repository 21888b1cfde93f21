// What the views of ICEPlot draw from.
import type { Curves } from "./ice_curves";
import type { Fault, SessionState, Status } from "./state";

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
  /** Positions of rows, little-endian uint32, sorted and unique. */
  selection: unknown;
  hover: number | null;
  language: string;
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
  "selection",
  "hover",
  "language",
  "status",
  "job",
  "features",
  "n_rows",
  "class_names",
  "code",
  "error",
  "notice",
] as const satisfies (keyof IceTraits)[];

export interface IceState extends SessionState {
  traits: IceTraits;
  curves: Curves | null;
}
