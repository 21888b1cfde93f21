// What the parts of the waterfall are drawn from, and what they may ask for.
import type { Command } from "../../lib/session";
import type { Surroundings } from "../../lib/theme";
import type { Bars } from "../../lib/waterfall_bars";
import type { Value, Waterfall } from "../../lib/waterfall_frame";
import type { WaterfallSettings, WaterfallState } from "../../lib/waterfall_state";
import type { Words } from "../../lib/words";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local {
  /** The bar under the pointer or the focus, from the top. */
  at: number | null;
  /** The feature whose value is being changed. */
  open: string | null;
  about: boolean;
  code: { text: string; copied: boolean } | null;
}

export interface Drawing {
  waterfall: Waterfall;
  bars: Bars;
  geometry: Geometry;
}

export interface Scene {
  state: WaterfallState;
  local: Local;
  words: Words;
  surroundings: Surroundings;
  /** Colours and font of the style sheet, which may come late. */
  style: string;
  /** Nothing before the first estimate. */
  drawing: Drawing | null;
}

export interface Actions {
  set(settings: Partial<WaterfallSettings>): void;
  drag(settings: Partial<WaterfallSettings>): void;
  command(kind: Command): void;
  change(local: Partial<Local>): void;
  /** Ask what the model says with another value of a feature; its own value takes the change back. */
  ask(feature: string, value: Value, moving?: boolean): void;
  /** Take back the change of a feature, or all. */
  restore(feature?: string): void;
  /** The state as it is, which may be newer than what is drawn. */
  now(): WaterfallState;
  say(text: string): void;
}

export type Part = AnyPart<Scene>;

/** A part of the drawing. */
export interface Layer {
  element: SVGElement | HTMLElement;
  draw(drawing: Drawing, scene: Scene): void;
}
