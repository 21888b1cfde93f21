// What the parts of a plot of dots are drawn from, and what they may ask for.
import type { Rgb } from "../../lib/colour";
import type { Scale } from "../../lib/scale";
import type { Points, Shape } from "../../lib/swarm_brush";
import type { DotsHeader, Scatter } from "../../lib/swarm_frame";
import type { DotsSettings, DotsState } from "../../lib/swarm_state";
import type { Surroundings } from "../../lib/theme";
import type { Words } from "../../lib/words";
import type { Measure, PlotActions, PlotLayer, PlotLocal, PlotScene } from "../plot_scene";
import type { Part as AnyPart } from "../scene";

export type Tool = "box" | "lasso";

/** What belongs to one view alone. */
export interface Local extends PlotLocal {
  /** The dot under the pointer, or that keys have come to. */
  dot: number | null;
  tool: Tool;
}

/** Where the plot stands; each kind of plot knows more of its own. */
export interface Geometry {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: Scale;
  y: Scale;
}

/** All dots that can be pointed at: those of the rows, or the cells of a picture. In the units of the plot, and in pixels. */
export interface Dots extends Points {
  across: Float32Array;
  down: Float32Array;
  codes: Uint8Array;
}

export interface Drawing<Header extends DotsHeader = DotsHeader, Place extends Geometry = Geometry> {
  scatter: Scatter<Header>;
  geometry: Place;
  dots: Dots;
  /** The colour of each code. */
  inks: Rgb[];
  /** Which dots are of selected rows; null where the kernel draws these. */
  marks: Uint8Array | null;
  /** How many of the drawn rows are selected. */
  chosen: number;
}

export type Scene<Header extends DotsHeader = DotsHeader, Place extends Geometry = Geometry> = PlotScene<
  DotsState<Header>,
  Local,
  Drawing<Header, Place>
>;

export interface Actions extends PlotActions<DotsSettings, Scene> {
  /** Select by shapes; `moving` while a hand draws. */
  brush(shapes: Shape[], moving?: boolean): void;
  /** Select rows by hand, which takes shapes away, and open one. */
  select(rows: Uint32Array, index: number): void;
}

export type Part<Header extends DotsHeader = DotsHeader, Place extends Geometry = Geometry> = AnyPart<
  Scene<Header, Place>
>;

export type Layer<Header extends DotsHeader = DotsHeader, Place extends Geometry = Geometry> = PlotLayer<
  Scene<Header, Place>
>;

/** The dots of one row, and what is read at each. */
export interface Reading {
  row: number;
  /** Pixels. */
  across: number[];
  down: number[];
  values: number[];
  data: (number | string | null)[];
  beside: number | string | null;
}

/** What differs between plots of dots. */
export interface Kind<Header extends DotsHeader = DotsHeader, Place extends Geometry = Geometry> {
  name: "beeswarm" | "dependence";
  /** Of its words. */
  prefix: "beeswarm." | "dependence.";
  layout(scatter: Scatter<Header>, width: number, words: Words, measure: Measure): Place;
  /** Where the dots of rows stand. */
  place(scatter: Scatter<Header>, geometry: Place): Pick<Dots, "x" | "y">;
  inks(scatter: Scatter<Header>, surroundings: Surroundings): Rgb[];
  /** Which line of the plot a height belongs to. */
  lineAt(scatter: Scatter<Header>, y: number): number;
  /** Behind the dots. */
  ground(words: Words, measure: Measure): Layer<Header, Place>;
  /** What shows the selected rows beside the dots. */
  chosen?(): Layer<Header, Place>;
  controls(actions: Actions, words: Words): Controls<Header>;
  title(scene: Scene<Header, Place>): string;
  describe(scene: Scene<Header, Place>): string;
  /** The feature at a dot of a picture, and the value there as well as it can be read. */
  nearly(drawing: Drawing<Header, Place>, dot: number, words: Words): [string, string];
  /** The feature at a dot, what the row has of it, and the value there. */
  told(drawing: Drawing<Header, Place>, reading: Reading, line: number, words: Words): [string, string];
}

/** The controls that only one kind of plot has. */
export interface Controls<Header extends DotsHeader> {
  elements: HTMLElement[];
  draw(state: DotsState<Header>, reachable: boolean): void;
}
