// What the parts of the plot are drawn from, and what they may ask for.
import type { LocalWeights } from "../../lib/lime_frame";
import type { LimeSettings, LimeState } from "../../lib/lime_state";
import type { PlotActions, PlotControls, PlotLayer, PlotLocal, PlotScene } from "../plot_scene";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local extends PlotLocal {
  /** Which weight is under the pointer or has the focus. */
  at: number | null;
}

export interface Drawing {
  found: LocalWeights;
  geometry: Geometry;
}

export type Scene = PlotScene<LimeState, Local, Drawing>;
export type Actions = PlotActions<LimeSettings, Scene>;
export type Part = AnyPart<Scene>;
export type Controls = PlotControls<Scene>;
export type Layer = PlotLayer<Scene>;
