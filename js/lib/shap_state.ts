// What all plots of Shapley values have: their traits, and what their frames say.
import type { Fault, Status } from "./state";
import type { Frame } from "./wire";

export type Units = "log_odds" | "softmax_logit" | "probability" | "log_loss" | "log_score" | "score";

/** Where the rows come from that absent features are drawn from: the widget's counterpart is Source. */
export interface Background {
  kind: "given" | "weighted" | "drawn" | "all" | "kmeans";
  rows: number;
  of: number | null;
}

export interface ShapHeader {
  job: number;
  sequence: number;
  finished: boolean;
  done: number;
  total: number;
  unit: string;
  /** Names, in the order of the table. */
  features: string[];
  /** Position of the output that is shown. */
  output: number;
  /** Names; "" for a single one without a name. */
  outputs: string[];
  /** Whether they are known to be classes. */
  of_classes: boolean;
  /** Of the values; null where nobody has said. */
  units: Units | null;
  background: Background | null;
  /** The explainer; null where the values were given. */
  method: string | null;
  /** How far base value and values are from the model's output, at most. */
  gap: number | null;
  n_rows: number;
}

/** Traits that the browser draws by, or that ask for another picture of the same values. */
export interface ShapSettings {
  output: number | null;
  max_display: number;
  /** Positions of rows, little-endian uint32, sorted and unique. */
  selection: unknown;
  hover: number | null;
  /** The row that is opened. */
  index: number | null;
  seed: number;
  language: string;
}

/** Traits that the kernel writes. */
export interface ShapReportedTraits {
  status: Status;
  job: number;
  feature_names: string[];
  output_names: string[];
  n_rows: number;
  /** The call that makes this picture. */
  code: string;
  error: Fault | null;
  notice: string;
}

export type ShapTraits = ShapSettings & ShapReportedTraits;

/** Those that make the kernel work. */
export const shapKernelTraits = ["output", "seed"] as const satisfies (keyof ShapSettings)[];

export const shapTraitNames = [
  ...shapKernelTraits,
  "max_display",
  "selection",
  "hover",
  "index",
  "language",
  "status",
  "job",
  "feature_names",
  "output_names",
  "n_rows",
  "code",
  "error",
  "notice",
] as const satisfies (keyof ShapTraits)[];

/** The header of a frame, checked. */
export function toShapHeader<Header extends ShapHeader>({ header }: Frame): Header {
  const read = header as unknown as Header;
  for (const name of ["job", "sequence", "done", "total", "output", "n_rows"] as const) {
    if (!Number.isFinite(read[name])) throw new Error(`A frame's header lacks "${name}".`);
  }
  for (const name of ["features", "outputs"] as const) {
    if (!Array.isArray(read[name]) || !read[name].length) throw new Error(`A frame's header lacks "${name}".`);
  }
  return read;
}
