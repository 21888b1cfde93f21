// What the parts of any plot are drawn from, and what they may ask for. Each plot says what is its own.
import type { Command } from "../lib/session";
import type { SessionState } from "../lib/state";
import type { Surroundings } from "../lib/theme";
import type { Words } from "../lib/words";

/** The width of a text in the font of the view. */
export type Measure = (text: string, font?: string) => number;

export interface PlotState extends SessionState {
  traits: SessionState["traits"] & { language: string; code: string };
}

/** What belongs to one view alone. */
export interface PlotLocal {
  about: boolean;
  /** The code that was copied or is to be copied, and whether the clipboard took it. */
  code: { text: string; copied: boolean } | null;
}

export interface PlotScene<State extends PlotState, Local extends PlotLocal, Drawing> {
  state: State;
  local: Local;
  words: Words;
  surroundings: Surroundings;
  /** Colours and font of the style sheet, which may come late. */
  style: string;
  /** Nothing before the first frame. */
  drawing: Drawing | null;
}

type AnyScene = PlotScene<PlotState, PlotLocal, unknown>;

export interface PlotActions<Settings, Scene extends AnyScene> {
  set(settings: Partial<Settings>): void;
  drag(settings: Partial<Settings>): void;
  command(kind: Command): void;
  change(local: Partial<Scene["local"]> | Partial<PlotLocal>): void;
  /** The state as it is, which may be newer than what is drawn. */
  now(): Scene["state"];
  /** The scene that was drawn last, with what belongs to the view as it is now. */
  scene(): Scene | null;
  say(text: string): void;
}

/** A part of the drawing. */
export interface PlotLayer<Scene extends AnyScene> {
  element: SVGElement | HTMLElement;
  draw(drawing: NonNullable<Scene["drawing"]>, scene: Scene): void;
}

/** The controls above the plot that it alone has. */
export interface PlotControls<Scene extends AnyScene> {
  elements: HTMLElement[];
  /** Stand before the buttons that all plots have. */
  buttons?: HTMLElement[];
  draw(scene: Scene): void;
}
