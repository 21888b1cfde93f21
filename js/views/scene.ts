// What the parts of a view are drawn from, and what they may ask for.
import type { Ramps } from "../lib/colour";
import type { Settings, State } from "../lib/state";
import type { Surroundings } from "../lib/theme";
import type { Words } from "../lib/words";
import type { Layout, Panels } from "./layout";

/** What belongs to one view of the widget alone. */
export interface Local {
  panels: Panels;
  more: boolean;
  about: boolean;
  /** The code that was copied or is to be copied, and whether the clipboard took it. */
  code: { text: string; copied: boolean } | null;
}

export interface Scene {
  state: State;
  local: Local;
  words: Words;
  surroundings: Surroundings;
  ramps: Ramps;
  layout: Layout;
}

export interface Actions {
  set(settings: Partial<Settings>): void;
  drag(settings: Partial<Settings>): void;
  command(kind: "cancel" | "compute" | "reset"): void;
  change(local: Partial<Local>): void;
  /** The state as it is, which may be newer than what is drawn. */
  now(): State;
  say(text: string): void;
}

/** A part of the view: made once, drawn again with every scene. */
export interface Part<Needs = Scene> {
  element: HTMLElement;
  draw(scene: Needs): void;
}
