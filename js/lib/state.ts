// What a view draws from: the traits, the frames, and how the kernel is.
import type { AttributionMap, Picture } from "./attribution";

export interface Score {
  index: number;
  name: string;
  value: number;
}

export interface Scores {
  kind: "probability" | "score";
  top: Score[];
  values: number[] | null;
}

export interface Fault {
  title: string;
  given: string;
  expected: string;
  do: string;
}

export type Status = "idle" | "running" | "done" | "failed" | "cancelled";
export type Sign = "all" | "positive" | "negative" | "absolute";

/** Traits that make the kernel work. */
export interface KernelTraits {
  method: string;
  /** A class, one for each picture, a function of the reader's, or null for the predicted class. */
  target: number | number[] | { name: string } | null;
  noise_level: number;
  n_samples: number;
  seed: number;
  multiply_by_inputs: boolean;
  channel_reduction: string;
  index: number;
}

/** Traits that the browser draws by, alone. */
export interface DrawingTraits {
  sign: Sign;
  colormap: string;
  clip_percentile: number;
  opacity: number;
  threshold: number;
  language: string;
  hover: number | null;
}

/** Traits that the kernel writes. */
export interface ReportedTraits {
  status: Status;
  job: number;
  n_pictures: number;
  class_names: string[];
  n_classes: number;
  scores: Scores | null;
  error: Fault | null;
  notice: string;
}

export type Traits = KernelTraits & DrawingTraits & ReportedTraits;
export type Settings = KernelTraits & DrawingTraits;

export const kernelTraits = [
  "method",
  "target",
  "noise_level",
  "n_samples",
  "seed",
  "multiply_by_inputs",
  "channel_reduction",
  "index",
] as const satisfies (keyof KernelTraits)[];

export const traitNames = [
  ...kernelTraits,
  "sign",
  "colormap",
  "clip_percentile",
  "opacity",
  "threshold",
  "language",
  "hover",
  "status",
  "job",
  "n_pictures",
  "class_names",
  "n_classes",
  "scores",
  "error",
  "notice",
] as const satisfies (keyof Traits)[];

export interface CurvePoint {
  done: number;
  error: number;
}

/** silent: no answer for a while; gone: surely no kernel; offline: a saved page. */
export type Kernel = "live" | "silent" | "gone" | "offline";

/** Whether a kernel may answer. */
export const isReachable = (kernel: Kernel) => kernel === "live" || kernel === "silent";

/** What the state of every widget has. */
export interface SessionState {
  traits: { status: Status; job: number; error: Fault | null; notice: string };
  kernel: Kernel;
  /** A frame that could not be read, in words. */
  unreadable: string | null;
}

export interface State extends SessionState {
  traits: Traits;
  picture: Picture | null;
  map: AttributionMap | null;
  /** Sampling error against samples, of the shown map's job. */
  curve: readonly CurvePoint[];
  /** End of the colour range, in units of the map. */
  range: number;
}
