// What the views of AgreementPlot draw from.
import type { Agreement } from "./agreement_frame";
import type { Fault, SessionState, Status } from "./state";

/** Traits that make the kernel work. */
export interface AgreementKernelTraits {
  /** The position of the row, where it has one. */
  index: number | null;
  target: number | null;
  seed: number;
}

/** Traits that the browser draws by, alone. */
export interface AgreementDrawingTraits {
  max_display: number;
  /** The chosen one, by name. */
  feature: string | null;
  language: string;
}

/** Traits that the kernel writes. */
export interface AgreementReportedTraits {
  status: Status;
  job: number;
  class_names: string[];
  feature_names: string[];
  n_rows: number;
  /** The call that makes this picture. */
  code: string;
  error: Fault | null;
  notice: string;
}

export type AgreementSettings = AgreementKernelTraits & AgreementDrawingTraits;
export type AgreementTraits = AgreementSettings & AgreementReportedTraits;

export const agreementKernelTraits = ["index", "target", "seed"] as const satisfies (keyof AgreementKernelTraits)[];

export const agreementTraitNames = [
  ...agreementKernelTraits,
  "max_display",
  "feature",
  "language",
  "status",
  "job",
  "class_names",
  "feature_names",
  "n_rows",
  "code",
  "error",
  "notice",
] as const satisfies (keyof AgreementTraits)[];

export interface AgreementState extends SessionState {
  traits: AgreementTraits;
  agreement: Agreement | null;
}
