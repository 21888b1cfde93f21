// What the parts of the plot are drawn from, and what they may ask for.
import type { LocalWeights } from "../../lib/lime_frame";
import type { LimeSettings, LimeState } from "../../lib/lime_state";
import type { Command } from "../../lib/session";
import type { Surroundings } from "../../lib/theme";
import type { Words } from "../../lib/words";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local {
  /** Which weight is under the pointer or has the focus. */
  at: number | null;
  about: boolean;
  code: { text: string; copied: boolean } | null;
}

export interface Drawing {
  found: LocalWeights;
  geometry: Geometry;
}

export interface Scene {
  state: LimeState;
  local: Local;
  words: Words;
  surroundings: Surroundings;
  /** Colours and font of the style sheet, which may come late. */
  style: string;
  /** Nothing before the first samples. */
  drawing: Drawing | null;
}

export interface Actions {
  set(settings: Partial<LimeSettings>): void;
  drag(settings: Partial<LimeSettings>): void;
  command(kind: Command): void;
  change(local: Partial<Local>): void;
  /** The state as it is, which may be newer than what is drawn. */
  now(): LimeState;
}

export type Part = AnyPart<Scene>;

/** A part of the drawing. */
export interface Layer {
  element: SVGElement | HTMLElement;
  draw(drawing: Drawing, scene: Scene): void;
}
