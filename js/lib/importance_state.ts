// What the views of ImportancePlot draw from.
import type { Importance } from "./importance_frame";
import { type ShapSettings, type ShapTraits, shapTraitNames } from "./shap_state";
import type { SessionState } from "./state";

export interface ImportanceSettings extends ShapSettings {
  /** The chosen one, by name. */
  feature: string | null;
}

export type ImportanceTraits = ShapTraits & ImportanceSettings;

export const importanceTraitNames = [...shapTraitNames, "feature"] as const satisfies (keyof ImportanceTraits)[];

export interface ImportanceState extends SessionState {
  traits: ImportanceTraits;
  importance: Importance | null;
}
