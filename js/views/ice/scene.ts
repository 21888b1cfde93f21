// What the parts of the plot are drawn from, and what they may ask for.
import type { Filters } from "../../lib/ice_columns";
import type { Bundle, Curves } from "../../lib/ice_curves";
import type { DensityImage } from "../../lib/ice_density";
import type { Look } from "../../lib/ice_kinds";
import type { Brush, IceSettings, IceState } from "../../lib/ice_state";
import type { Session } from "../../lib/session";
import type { PlotActions, PlotControls, PlotLayer, PlotLocal, PlotScene } from "../plot_scene";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local extends PlotLocal {
  /** Where on the axis the curve under the pointer is read. */
  at: number | null;
  /** Whether the panel of filters is open. */
  filtering: boolean;
  /** What is open below the plot; null until a hand opens or closes something. */
  panel: Panel | null;
}

export type Panel = "subgroups" | "interactions" | "closed";

/** What is drawn, made from the state. */
export interface Picture {
  curves: Curves;
  look: Look;
  /** The curves as drawn: centred, or slopes; of effects none. */
  bundle: Bundle;
  /** Of each curve, whether its row passes the filters. */
  shown: Uint8Array;
  /** How many do; of all rows, how many. */
  showing: number;
  passing: number;
  /** Of each curve that is shown, whether it is selected. */
  marks: Uint8Array;
  /** How many curves are selected. */
  chosen: number;
  /** Of all curves and of the selected ones, where the page has only a sample of them. */
  density: DensityImage | null;
  chosenDensity: DensityImage | null;
  /** The curves that are drawn above the others. */
  highlighted: number[];
  category: boolean;
  /** Of the curves that are shown; null where none is. */
  mean: Float64Array | null;
  /** Of each point, whether few of the rows shown lie around it. */
  few: boolean[];
  chosenMean: Float64Array | null;
  /** The mean of each subgroup that is shown. */
  subgroups: Float64Array[];
  /** What 10 % and 90 % of the curves do not exceed. */
  bands: [Float64Array, Float64Array] | null;
  error: number | null;
  /** The ends of the axes. */
  x: [number, number];
  y: [number, number];
}

export interface Drawing {
  picture: Picture;
  geometry: Geometry;
}

export type Scene = PlotScene<IceState, Local, Drawing>;
export type CommonActions = PlotActions<IceSettings, Scene>;

export interface Actions extends CommonActions {
  ask: Session<never, never, never>["ask"];
  /** Set brushes and select what they give. */
  brush(brushes: Brush[], moving?: boolean): void;
  /** Set filters, and select what the brushes give of the rows that pass. */
  filter(filters: Filters, moving?: boolean): void;
  /** Select rows by hand, without a brush. */
  select(rows: Uint32Array): void;
}

export type Part = AnyPart<Scene>;
export type Controls = PlotControls<Scene>;
export type Layer = PlotLayer<Scene>;
