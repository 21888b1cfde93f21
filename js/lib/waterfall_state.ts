// What the views of WaterfallPlot draw from.
import type { Fault, SessionState, Status } from "./state";
import type { Changes, Waterfall } from "./waterfall_frame";

/** What a feature may be set to. */
export type Range =
  | { kind: "number"; low: number; high: number; whole: boolean; missing: boolean }
  | { kind: "category"; options: string[]; missing: boolean };

/** Traits that make the kernel work. */
export interface WaterfallKernelTraits {
  index: number | null;
  output: number;
  what_if: Changes;
  seed: number;
}

/** Traits that the browser draws by, alone. */
export interface WaterfallDrawingTraits {
  max_display: number;
  language: string;
}

/** Traits that the kernel writes. */
export interface WaterfallReportedTraits {
  status: Status;
  job: number;
  output_names: string[];
  /** Of each feature; null where none can be changed, as no model is there to answer. */
  ranges: (Range | null)[] | null;
  error: Fault | null;
  notice: string;
}

export type WaterfallSettings = WaterfallKernelTraits & WaterfallDrawingTraits;
export type WaterfallTraits = WaterfallSettings & WaterfallReportedTraits;

export const waterfallKernelTraits = [
  "index",
  "output",
  "what_if",
  "seed",
] as const satisfies (keyof WaterfallKernelTraits)[];

export const waterfallTraitNames = [
  ...waterfallKernelTraits,
  "max_display",
  "language",
  "status",
  "job",
  "output_names",
  "ranges",
  "error",
  "notice",
] as const satisfies (keyof WaterfallTraits)[];

export interface WaterfallState extends SessionState {
  traits: WaterfallTraits;
  waterfall: Waterfall | null;
}
