// What the parts of the plot are drawn from, and what they may ask for.
import type { Rgb } from "../../lib/colour";
import type { Surface } from "../../lib/surface_frame";
import type { Place } from "../../lib/surface_reading";
import type { SurfaceSettings, SurfaceState } from "../../lib/surface_state";
import type { PlotActions, PlotControls, PlotLayer, PlotLocal, PlotScene } from "../plot_scene";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local extends PlotLocal {
  /** The place under the pointer. */
  at: Place | null;
}

export interface Drawing {
  surface: Surface;
  /** Where the cross-sections are. */
  cursor: Place;
  geometry: Geometry;
  /** The colours from the lowest to the highest value. */
  ramp: Rgb[];
}

export type Scene = PlotScene<SurfaceState, Local, Drawing>;
export type Actions = PlotActions<SurfaceSettings, Scene>;
export type Part = AnyPart<Scene>;
export type Controls = PlotControls<Scene>;
export type Layer = PlotLayer<Scene>;
