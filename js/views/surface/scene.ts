// What the parts of the plot are drawn from, and what they may ask for.
import type { Rgb } from "../../lib/colour";
import type { Command } from "../../lib/session";
import type { Surface } from "../../lib/surface_frame";
import type { Place } from "../../lib/surface_reading";
import type { SurfaceSettings, SurfaceState } from "../../lib/surface_state";
import type { Surroundings } from "../../lib/theme";
import type { Words } from "../../lib/words";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local {
  /** The place under the pointer. */
  at: Place | null;
  code: { text: string; copied: boolean } | null;
}

export interface Drawing {
  surface: Surface;
  /** Where the cross-sections are. */
  cursor: Place;
  geometry: Geometry;
  /** The colours from the lowest to the highest value. */
  ramp: Rgb[];
}

export interface Scene {
  state: SurfaceState;
  local: Local;
  words: Words;
  surroundings: Surroundings;
  /** Colours and font of the style sheet, which may come late. */
  style: string;
  /** Nothing before the first rows. */
  drawing: Drawing | null;
}

export interface Actions {
  set(settings: Partial<SurfaceSettings>): void;
  drag(settings: Partial<SurfaceSettings>): void;
  command(kind: Command): void;
  change(local: Partial<Local>): void;
  /** The state as it is, which may be newer than what is drawn. */
  now(): SurfaceState;
  say(text: string): void;
}

export type Part = AnyPart<Scene>;

/** A part of the drawing. */
export interface Layer {
  element: SVGElement | HTMLElement;
  draw(drawing: Drawing, scene: Scene): void;
}
