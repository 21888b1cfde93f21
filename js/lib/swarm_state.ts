// What the views of BeeswarmPlot and DependencePlot draw from.
import type { ShapSettings, ShapTraits } from "./shap_state";
import { shapKernelTraits, shapTraitNames } from "./shap_state";
import type { SessionState } from "./state";
import type { Shape } from "./swarm_brush";
import type { Chosen, DotsHeader, Scatter } from "./swarm_frame";

/** What the kernel says of the row under the pointer, where a page has only a picture. */
export interface Hovered {
  row: number;
  serial: number;
  /** Where its dots stand, in the units of the plot. */
  x: number[];
  y: number[];
  values: number[];
  data: (number | string | null)[];
  beside: number | string | null;
}

interface DotsOwnSettings {
  /** In the units of the plot. */
  brush: Shape[];
  /** Of a dependence plot: the feature, null for the most important one. */
  feature: string | null;
  /** Of a dependence plot: a feature, "auto" for the one that interacts most, null for none. */
  color_by: string | null;
}

export type DotsSettings = ShapSettings & DotsOwnSettings;
export type DotsTraits = ShapTraits & DotsOwnSettings & { hovered: Hovered | null };

export const beeswarmKernelTraits = [...shapKernelTraits, "max_display"] as const satisfies (keyof DotsSettings)[];
export const dependenceKernelTraits = [
  ...shapKernelTraits,
  "feature",
  "color_by",
] as const satisfies (keyof DotsSettings)[];

export const beeswarmTraitNames = [...shapTraitNames, "brush", "hovered"] as const satisfies (keyof DotsTraits)[];
export const dependenceTraitNames = [
  ...beeswarmTraitNames,
  "feature",
  "color_by",
] as const satisfies (keyof DotsTraits)[];

export interface DotsState<Header extends DotsHeader = DotsHeader> extends SessionState {
  traits: DotsTraits;
  scatter: Scatter<Header> | null;
  chosen: Chosen | null;
}
