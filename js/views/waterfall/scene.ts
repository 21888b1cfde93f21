// What the parts of the waterfall are drawn from, and what they may ask for.
import type { Bars } from "../../lib/waterfall_bars";
import type { Value, Waterfall } from "../../lib/waterfall_frame";
import type { WaterfallSettings, WaterfallState } from "../../lib/waterfall_state";
import type { PlotActions, PlotControls, PlotLayer, PlotLocal, PlotScene } from "../plot_scene";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local extends PlotLocal {
  /** The bar under the pointer or the focus, from the top. */
  at: number | null;
  /** The feature whose value is being changed. */
  open: string | null;
}

export interface Drawing {
  waterfall: Waterfall;
  bars: Bars;
  geometry: Geometry;
}

export type Scene = PlotScene<WaterfallState, Local, Drawing>;

export interface Actions extends PlotActions<WaterfallSettings, Scene> {
  /** Ask what the model says with another value of a feature; its own value takes the change back. */
  ask(feature: string, value: Value, moving?: boolean): void;
  /** Take back the change of a feature, or all. */
  restore(feature?: string): void;
}

export type Part = AnyPart<Scene>;
export type Controls = PlotControls<Scene>;
export type Layer = PlotLayer<Scene>;
