// What the views of ForcePlot draw from.
import type { Force, Ordering, RowRecord } from "./force_frame";
import { type ShapReportedTraits, type ShapSettings, shapKernelTraits, shapTraitNames } from "./shap_state";
import type { SessionState } from "./state";

export type Link = "identity" | "logit";

export interface ForceSettings extends ShapSettings {
  link: Link;
  /** "similarity", "output", "original", or a feature. */
  order: string;
}

export interface ForceReportedTraits extends ShapReportedTraits {
  /** The row that is opened, and the one under the pointer, exactly. */
  opened: RowRecord | null;
  pointed: RowRecord | null;
}

export type ForceTraits = ForceSettings & ForceReportedTraits;

export const forceKernelTraits = [...shapKernelTraits, "order"] as const satisfies (keyof ForceSettings)[];

export const forceTraitNames = [
  ...shapTraitNames,
  "link",
  "order",
  "opened",
  "pointed",
] as const satisfies (keyof ForceTraits)[];

export interface ForceState extends SessionState {
  traits: ForceTraits;
  force: Force | null;
  ordering: Ordering | null;
}
