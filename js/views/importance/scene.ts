// What the parts of the plot are drawn from, and what they may ask for.
import type { Bar } from "../../lib/importance_bars";
import type { Importance } from "../../lib/importance_frame";
import type { ImportanceSettings, ImportanceState } from "../../lib/importance_state";
import type { Command } from "../../lib/session";
import type { Surroundings } from "../../lib/theme";
import type { Words } from "../../lib/words";
import type { Part as AnyPart } from "../scene";
import type { Geometry } from "./layout";

/** What belongs to one view alone. */
export interface Local {
  /** The bar under the pointer, or with the focus. */
  at: number | null;
  about: boolean;
  code: { text: string; copied: boolean } | null;
}

export interface Drawing {
  importance: Importance;
  bars: Bar[];
  geometry: Geometry;
}

export interface Scene {
  state: ImportanceState;
  local: Local;
  words: Words;
  surroundings: Surroundings;
  /** Colours and font of the style sheet, which may come late. */
  style: string;
  /** Nothing before the first rows. */
  drawing: Drawing | null;
}

export interface Actions {
  set(settings: Partial<ImportanceSettings>): void;
  command(kind: Command): void;
  change(local: Partial<Local>): void;
  say(text: string): void;
}

export type Part = AnyPart<Scene>;

/** A part of the drawing. */
export interface Layer {
  element: SVGElement | HTMLElement;
  draw(drawing: Drawing, scene: Scene): void;
}
