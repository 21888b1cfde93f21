// What the parts of the plot are drawn from, and what they may ask for.
import type { Bar } from "../../lib/importance_bars";
import type { Importance } from "../../lib/importance_frame";
import type { ImportanceSettings, ImportanceState } from "../../lib/importance_state";
import type { PlotActions, PlotControls, PlotLayer, PlotLocal, PlotScene } from "../plot_scene";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local extends PlotLocal {
  /** The bar under the pointer, or with the focus. */
  at: number | null;
}

export interface Drawing {
  importance: Importance;
  bars: Bar[];
  geometry: Geometry;
}

export type Scene = PlotScene<ImportanceState, Local, Drawing>;
export type Actions = PlotActions<ImportanceSettings, Scene>;
export type Part = AnyPart<Scene>;
export type Controls = PlotControls<Scene>;
export type Layer = PlotLayer<Scene>;
