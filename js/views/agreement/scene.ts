// What the parts of the plot are drawn from, and what they may ask for.
import type { Agreement } from "../../lib/agreement_frame";
import type { AgreementSettings, AgreementState } from "../../lib/agreement_state";
import type { PlotActions, PlotControls, PlotLayer, PlotLocal, PlotScene } from "../plot_scene";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local extends PlotLocal {
  /** The line under the pointer, or with the focus. */
  at: number | null;
}

export interface Drawing {
  agreement: Agreement;
  /** The features that are shown, by position. */
  shown: number[];
  geometry: Geometry;
}

export type Scene = PlotScene<AgreementState, Local, Drawing>;
export type Actions = PlotActions<AgreementSettings, Scene>;
export type Part = AnyPart<Scene>;
export type Controls = PlotControls<Scene>;
export type Layer = PlotLayer<Scene>;
