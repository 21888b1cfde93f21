// What the parts of the plot are drawn from, and what they may ask for.
import type { Force, RowRecord } from "../../lib/force_frame";
import type { Chosen, Columns, Order } from "../../lib/force_order";
import type { ForceSettings, ForceState } from "../../lib/force_state";
import type { Printer } from "../../lib/shap_words";
import type { PlotActions, PlotControls, PlotLocal, PlotScene } from "../plot_scene";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local extends PlotLocal {
  /** The rows in sight, by where they stand; null for all of them. */
  window: [number, number] | null;
  /** Where the row under the pointer stands. */
  at: number | null;
  /** Where the pointer is down the plot. */
  height: number;
  /** The rows that a hand is brushing, by where they stand. */
  brush: [number, number] | null;
  drag: "brush" | "move";
  /** The feature whose band stands out. */
  band: number | null;
}

/** Many rows, side by side. */
export interface Stack {
  order: Order;
  /** The rows in sight, by where they stand. */
  window: [number, number];
  columns: Columns;
  geometry: Geometry;
  chosen: Chosen;
  /** Where the opened row stands. */
  opened: number | null;
}

export interface Drawing {
  force: Force;
  width: number;
  /** Null for a single row. */
  stack: Stack | null;
  /** The single row, or the one that is opened. */
  opened: RowRecord | null;
  printer: Printer;
}

export type Scene = PlotScene<ForceState, Local, Drawing>;
export type Actions = PlotActions<ForceSettings, Scene>;
export type Part = AnyPart<Scene>;
export type Controls = PlotControls<Scene>;
