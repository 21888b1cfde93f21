// The whole view of a plot: controls above, what the plot is made of, status, code and explanation below.
import { createAnnouncer } from "../lib/announce";
import type { ChildHost } from "../lib/child";
import { element } from "../lib/dom";
import { createMeasure } from "../lib/measure";
import { createChange } from "../lib/memo";
import type { Session } from "../lib/session";
import { createStage, type View } from "../lib/stage";
import { createWords, type Words } from "../lib/words";
import { createCode, pressed } from "./code";
import { createError, createNotice } from "./messages";
import { createPlotButtons, type Doings } from "./plot_buttons";
import { savePlot } from "./plot_figure";
import type { Measure, PlotActions, PlotControls, PlotLocal, PlotScene, PlotState } from "./plot_scene";
import type { Part } from "./scene";
import type { Phrase } from "./sentence";
import { createShapAbout } from "./shap_about";
import { createStatusLine, toText } from "./status_line";

const NARROW = 640;

/** What a drawing is made for. */
export interface Sheet<Local> extends Pick<PlotScene<never, never, never>, "words" | "surroundings"> {
  local: Local;
  width: number;
  narrow: boolean;
  /** The family of the font. */
  font: string;
}

/** A plot as a file. */
interface Figure {
  title: string;
  /** Where it is not that of the view. */
  status?: string;
  name: string;
  /** What is drawn, as a selector; the plot, where nothing is said. */
  of?: string;
}

/** What differs between plots. */
export interface Plot<
  State extends PlotState,
  Settings,
  Local extends PlotLocal,
  Drawing,
  Scene extends PlotScene<State, Local, Drawing> = PlotScene<State, Local, Drawing>,
> {
  /** Begins the keys of the words that explain the plot. */
  about?: `${string}.about`;
  /** How the numbers were computed, and why so; stands with what explains the plot. */
  by?(scene: Scene): string;
  /** What the view begins with. */
  local: Omit<Local, keyof PlotLocal>;
  /** What a reset changes of it. */
  reset?: Partial<Local>;
  /** What else the parts are made by: they are made anew where it changes. */
  madeBy?(state: State): unknown[];
  /** What of the view's own still holds. */
  keep?(local: Local, state: State, width: number): Local;
  /** The frame that is shown. */
  shown(state: State): { header: { finished: boolean; done: number; total: number } } | null;
  draw(state: State, sheet: Sheet<Local>): Drawing | null;
  /** What stands in the row of controls, between this and the status, and below all. */
  assemble(
    actions: PlotActions<Settings, Scene>,
    words: Words,
  ): { controls: PlotControls<Scene>; parts: Pieces<Scene>; below?: Pieces<Scene> };
  /** What the status says. */
  phrases(scene: Scene): Phrase[];
  /** The text alternative. */
  describe(scene: Scene): string;
  /** What is said of a change, in place of what all plots say. */
  announce?(before: State, scene: Scene): string | null;
  /** What is said of a change where nothing was computed. */
  announceOwn?(before: State, scene: Scene): string | null;
  figure(drawing: Drawing, scene: Scene): Figure;
}

type Pieces<Scene> = Pick<Part<Scene>, "element" | "draw">[];

/** What only some plots need: what the session beyond settings, and other widgets. */
interface Beyond {
  ask: Session<never, never, never>["ask"];
  signal: AbortSignal;
  host: ChildHost;
}

export type PlotView<State extends PlotState, Settings> = (
  root: HTMLElement,
  first: State,
  asked: Pick<Session<never, Settings, never>, "set" | "drag" | "command" | "ask">,
  drawn: (state: State) => void,
  signal: AbortSignal,
  host?: ChildHost,
) => View<State>;

export function createPlotView<State extends PlotState, Settings, Local extends PlotLocal, Drawing>(
  open: (measure: Measure, root: HTMLElement, beyond: Beyond) => Plot<State, Settings, Local, Drawing>,
): PlotView<State, Settings> {
  type Scene = PlotScene<State, Local, Drawing>;
  return (root, first, asked, drawn, signal, host) => {
    const measure = createMeasure();
    const plot = open(measure.widthOf, root, { ask: asked.ask, signal, host });
    let state = first;
    let told = first;
    let local = { about: false, code: null, ...plot.local } as Local;
    let scene: Scene | null = null;
    let words = createWords("en");
    let parts: Pieces<Scene> = [];
    const announcer = createAnnouncer(signal);
    const rewritten = createChange();
    const change = (changes: Partial<Local> | Partial<PlotLocal>) => {
      local = { ...local, ...changes };
      if (scene) scene = { ...scene, local };
      stage.schedule();
    };
    const actions: PlotActions<Settings, Scene> = {
      set: asked.set,
      drag: asked.drag,
      command: asked.command,
      change,
      now: () => state,
      scene: () => scene,
      say: announcer.say,
    };
    const doings: Doings = {
      reset() {
        if (plot.reset) actions.change(plot.reset);
        asked.command("reset");
      },
      download() {
        if (scene?.drawing) void saveFigure(root, plot, scene, scene.drawing);
      },
      async copy() {
        change({ code: await pressed(local.code, state.traits.code) });
      },
      ...(plot.about ? { explain: () => change({ about: !local.about }) } : {}),
    };

    const stage = createStage(root, signal, (width, surroundings) => {
      const { language } = state.traits;
      if (rewritten(language, ...(plot.madeBy?.(state) ?? []))) {
        words = createWords(language);
        root.lang = language;
        parts = assemble(plot, actions, doings, words);
        root.replaceChildren(...parts.map((part) => part.element), announcer.element);
      }
      const sheet = getComputedStyle(root);
      const font = sheet.fontFamily;
      const style = `${font} ${sheet.color} ${sheet.getPropertyValue("--xw-all")}`;
      measure.setFont(font);
      const narrow = width < NARROW;
      root.dataset.layout = narrow ? "narrow" : "wide";
      local = plot.keep?.(local, state, width) ?? local;
      const drawing = plot.draw(state, { local, words, surroundings, width, narrow, font });
      scene = { state, local, words, surroundings, style, drawing };
      for (const part of parts) part.draw(scene);
      const news = plot.announce ? plot.announce(told, scene) : announcementOf(plot, told, scene);
      if (news) announcer.say(news);
      told = state;
      drawn(state);
    });
    return {
      draw(next) {
        state = next;
        stage.schedule();
      },
    };
  };
}

function assemble<State extends PlotState, Settings, Local extends PlotLocal, Drawing>(
  plot: Plot<State, Settings, Local, Drawing>,
  actions: PlotActions<Settings, PlotScene<State, Local, Drawing>>,
  doings: Doings,
  words: Words,
): Pieces<PlotScene<State, Local, Drawing>> {
  const { controls, parts, below = [] } = plot.assemble(actions, words);
  const buttons = createPlotButtons(doings, words, controls.buttons);
  const row = element("div", { class: "controls" }, ...controls.elements, buttons.element);
  const about = plot.about && createShapAbout(plot.about, words);
  return [
    {
      element: row,
      draw(scene) {
        controls.draw(scene);
        buttons.draw(scene);
      },
    },
    createError(words),
    createNotice(words),
    ...parts,
    createStatus(plot, actions, words),
    createCode(actions, words, buttons.copy),
    ...(about
      ? [
          {
            element: about.element,
            draw: (scene: PlotScene<State, Local, Drawing>) => about.draw(scene.local.about, plot.by?.(scene)),
          },
        ]
      : []),
    ...below,
  ];
}

/** One line below the plot: what it is made of. */
function createStatus<State extends PlotState, Settings, Local extends PlotLocal, Drawing>(
  { phrases, shown }: Plot<State, Settings, Local, Drawing>,
  { command }: Pick<PlotActions<Settings, PlotScene<State, Local, Drawing>>, "command">,
  words: Words,
): Part<PlotScene<State, Local, Drawing>> {
  const line = createStatusLine(command, words);
  const changed = createChange();
  return {
    element: line.element,
    draw(scene) {
      const said = phrases(scene);
      if (changed(JSON.stringify(said))) line.say(said);
      line.draw(scene.state, shown(scene.state)?.header ?? null);
    },
  };
}

/** That it computes, how far it is, what came out. */
function announcementOf<State extends PlotState, Settings, Local extends PlotLocal, Drawing>(
  plot: Plot<State, Settings, Local, Drawing>,
  before: State,
  scene: PlotScene<State, Local, Drawing>,
): string | null {
  const { status } = scene.state.traits;
  const shown = plot.shown(scene.state);
  const turned = before.traits.status !== status;
  const renewed = plot.shown(before) !== shown;
  const told = () => toText(plot.phrases(scene));
  if (status === "running") {
    if (turned) return scene.words("status.computing");
    return renewed ? told() : null;
  }
  if (turned || (renewed && shown?.header.finished)) {
    return scene.drawing ? `${told()}. ${plot.describe(scene)}` : told();
  }
  return plot.announceOwn?.(before, scene) ?? null;
}

async function saveFigure<State extends PlotState, Settings, Local extends PlotLocal, Drawing>(
  root: HTMLElement,
  plot: Plot<State, Settings, Local, Drawing>,
  scene: PlotScene<State, Local, Drawing>,
  drawing: Drawing,
): Promise<void> {
  const { title, status = toText(plot.phrases(scene)), name, of = ".plot" } = plot.figure(drawing, scene);
  await savePlot(root.querySelector<HTMLElement>(of)!, { title, status, page: scene.surroundings.page }, name);
}
