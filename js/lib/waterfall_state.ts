// What the views of WaterfallPlot draw from.
import { type ShapReportedTraits, type ShapSettings, shapTraitNames } from "./shap_state";
import type { SessionState } from "./state";
import type { Changes, Waterfall } from "./waterfall_frame";

/** What a feature may be set to. */
export type Range = NumberRange | CategoryRange;

export interface NumberRange {
  kind: "number";
  /** The ends of the data. */
  low: number;
  high: number;
  /** Whether the column holds whole numbers alone. */
  whole: boolean;
  /** Whether a value may be missing. */
  missing: boolean;
}

export interface CategoryRange {
  kind: "category";
  options: string[];
  missing: boolean;
}

export interface WaterfallSettings extends ShapSettings {
  what_if: Changes;
}

/** Traits that the kernel writes. */
export interface WaterfallReportedTraits extends ShapReportedTraits {
  /** Of each feature; null where none can be changed, as there is no model to answer. */
  ranges: (Range | null)[] | null;
}

export type WaterfallTraits = WaterfallSettings & WaterfallReportedTraits;

/** Traits that make the kernel work. */
export const waterfallKernelTraits = [
  "index",
  "what_if",
  "output",
  "seed",
] as const satisfies (keyof WaterfallSettings)[];

export const waterfallTraitNames = [
  ...shapTraitNames,
  "what_if",
  "ranges",
] as const satisfies (keyof WaterfallTraits)[];

export interface WaterfallState extends SessionState {
  traits: WaterfallTraits;
  waterfall: Waterfall | null;
}
