// The whole view: controls above, the plot, status below.
import { createAnnouncer } from "../../lib/announce";
import type { Rgb } from "../../lib/colour";
import { writeSelection } from "../../lib/ice_curves";
import { createMeasure } from "../../lib/measure";
import { createChange, createMemo } from "../../lib/memo";
import { createStage, type View } from "../../lib/stage";
import { rowsWithin, type Shape } from "../../lib/swarm_brush";
import { type DotsHeader, holdsAll, type Scatter } from "../../lib/swarm_frame";
import type { DotsSettings, DotsState } from "../../lib/swarm_state";
import type { Surroundings } from "../../lib/theme";
import { createWords, type Words } from "../../lib/words";
import { copyText, createCode } from "../code";
import { createError, createNotice } from "../messages";
import { savePlot } from "../plot_figure";
import { createShapAbout } from "../shap_about";
import { createCaption } from "./caption";
import { createControls, type Doings } from "./controls";
import { announceChange, statusPhrases } from "./describe";
import { dotsOf, marksOf } from "./dots";
import { createPlot } from "./plot";
import type { Actions, Dots, Drawing, Geometry, Kind, Local, Measure, Part, Scene } from "./scene";
import { createStatus } from "./status";

type Asked = Pick<Actions, "set" | "drag" | "command">;

/** A view of one kind of plot; inside, its parts need not know which. */
export function createDotsView<Header extends DotsHeader, Place extends Geometry>(of: Kind<Header, Place>) {
  const kind = of as unknown as Kind;
  return (
    root: HTMLElement,
    first: DotsState<Header>,
    asked: Asked,
    drawn: (state: DotsState<Header>) => void,
    signal: AbortSignal,
  ): View<DotsState<Header>> => {
    let state: DotsState = first;
    let told: DotsState = first;
    let local: Local = { dot: null, tool: "box", code: null, about: false };
    let scene: Scene | null = null;
    let words = createWords("en");
    let parts: Part[] = [];
    const announcer = createAnnouncer(signal);
    const rewritten = createChange();
    const replaced = createChange();
    const measure = createMeasure();
    const drawing = createDrawing(kind, measure.widthOf);
    const actions: Actions = {
      ...asked,
      change(change) {
        local = { ...local, ...change };
        stage.schedule();
      },
      brush(shapes, moving = false) {
        const selects = state.kernel === "live" || state.kernel === "silent" || !state.scatter?.picture;
        if (selects || !shapes.length) (moving ? asked.drag : asked.set)(selectedBy(shapes, state, scene));
      },
      select: (rows, index) => asked.set({ brush: [], selection: writeSelection(rows), index }),
      now: () => state,
      say: announcer.say,
    };
    const doings: Doings = {
      async copy() {
        const text = state.scatter?.header.code ?? "";
        actions.change({ code: { text, copied: await copyText(text) } });
      },
      download() {
        if (scene?.drawing) void saveFigure(root, scene, kind);
      },
    };

    const stage = createStage(root, signal, (width, surroundings) => {
      const { language } = state.traits;
      if (rewritten(language)) {
        words = createWords(language);
        root.lang = language;
        parts = assemble(root, announcer.element, actions, words, doings, measure.widthOf, kind);
      }
      const { fontFamily, color } = getComputedStyle(root);
      measure.setFont(fontFamily);
      if (replaced(state.scatter, width)) local = { ...local, dot: null };
      root.dataset.layout = width < 640 ? "narrow" : "wide";
      scene = {
        state,
        local,
        words,
        surroundings,
        style: `${fontFamily} ${color}`,
        drawing: drawing(state, width, surroundings, words, fontFamily),
      };
      for (const part of parts) part.draw(scene);
      announceChange(told, scene, kind, announcer.say);
      told = state;
      drawn(state as DotsState<Header>);
    });
    return {
      draw(next) {
        state = next;
        stage.schedule();
      },
    };
  };
}

/** What is drawn, each part made anew only where it differs. */
function createDrawing(kind: Kind, measure: Measure) {
  const geometries = createMemo((scatter: Scatter, width: number, words: Words, _font: string) =>
    kind.layout(scatter, width, words, measure),
  );
  const placed = createMemo((scatter: Scatter, geometry: Geometry) => dotsOf(scatter, geometry, kind));
  const inked = createMemo((scatter: Scatter, surroundings: Surroundings): Rgb[] => kind.inks(scatter, surroundings));
  const marked = createMemo((dots: Dots, lines: number, selection: unknown) => marksOf(dots, lines, selection));
  return (
    { scatter, chosen, traits }: DotsState,
    width: number,
    surroundings: Surroundings,
    words: Words,
    font: string,
  ): Drawing | null => {
    if (!scatter) return null;
    const geometry = geometries(scatter, width, words, font);
    const dots = placed(scatter, geometry);
    const inks = inked(scatter, surroundings);
    const ground = { scatter, geometry, dots, inks };
    if (scatter.picture) {
      return { ...ground, marks: null, chosen: chosen?.serial === scatter.header.serial ? chosen.count : 0 };
    }
    return { ...ground, ...marked(dots, scatter.lines, traits.selection) };
  };
}

/** Shapes and the rows within them; of more rows than the page has the kernel selects. */
function selectedBy(shapes: Shape[], { scatter }: DotsState, scene: Scene | null): Partial<DotsSettings> {
  if (shapes.length && !(scatter && holdsAll(scatter) && scene?.drawing)) return { brush: shapes };
  const rows = shapes.length ? rowsWithin(scene!.drawing!.dots, shapes) : new Uint32Array();
  return { brush: shapes, selection: writeSelection(rows) };
}

async function saveFigure(root: HTMLElement, scene: Scene, kind: Kind): Promise<void> {
  const status = statusPhrases(scene.state, scene.words).map(({ text }) => text);
  const told = { title: kind.title(scene), status: status.join(", "), page: scene.surroundings.page };
  await savePlot(
    root.querySelector<HTMLElement>(".plot")!,
    told,
    `${kind.name} ${scene.drawing!.scatter.header.features[0]}`,
  );
}

function assemble(
  root: HTMLElement,
  region: HTMLElement,
  actions: Actions,
  words: Words,
  doings: Doings,
  measure: Measure,
  kind: Kind,
): Part[] {
  const controls = createControls(actions, words, doings, kind);
  const about = createShapAbout(`${kind.prefix}about`, words);
  const parts: Part[] = [
    controls,
    createError(words),
    createNotice(words),
    createCaption(actions, words, kind),
    createPlot(actions, words, root, measure, kind),
    createStatus(actions, words),
    createCode(actions, words, controls.copy),
    { element: about.element, draw: ({ local }) => about.draw(local.about) },
  ];
  root.replaceChildren(...parts.map((part) => part.element), region);
  return parts;
}
