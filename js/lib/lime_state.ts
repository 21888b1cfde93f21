// What the views of LIMEPlot draw from.
import type { LocalWeights } from "./lime_frame";
import type { Fault, SessionState, Status } from "./state";

/** Traits that make the kernel work. */
export interface LimeKernelTraits {
  target: number | null;
  num_features: number;
  num_samples: number;
  /** Null is lime's own. */
  kernel_width: number | null;
  sampler: string;
  seed: number;
}

export interface LimeSettings extends LimeKernelTraits {
  language: string;
}

/** Traits that the kernel writes. */
export interface LimeReportedTraits {
  status: Status;
  job: number;
  /** Whether a finished explanation is shown, which nothing can be asked of. */
  ready: boolean;
  column_names: string[];
  /** The call that makes this picture. */
  code: string;
  error: Fault | null;
  notice: string;
}

export type LimeTraits = LimeSettings & LimeReportedTraits;

export const limeKernelTraits = [
  "target",
  "num_features",
  "num_samples",
  "kernel_width",
  "sampler",
  "seed",
] as const satisfies (keyof LimeKernelTraits)[];

export const limeTraitNames = [
  ...limeKernelTraits,
  "language",
  "status",
  "job",
  "ready",
  "column_names",
  "code",
  "error",
  "notice",
] as const satisfies (keyof LimeTraits)[];

export interface LimeState extends SessionState {
  traits: LimeTraits;
  found: LocalWeights | null;
}
