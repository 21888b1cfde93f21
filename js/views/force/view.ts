// The whole view: controls above, the stack or the bar, the opened row, status below.
import { createAnnouncer } from "../../lib/announce";
import { type Force, type Ordering, placeOfRow, type RowRecord, recordAt } from "../../lib/force_frame";
import { type Columns, chosenOf, columnsOf, type Order, orderOf, standOf } from "../../lib/force_order";
import type { ForceState } from "../../lib/force_state";
import { readSelection } from "../../lib/ice_curves";
import { createMeasure } from "../../lib/measure";
import { createChange, createMemo } from "../../lib/memo";
import { printerFor } from "../../lib/shap_words";
import { createStage, type View } from "../../lib/stage";
import { createWords, type Words } from "../../lib/words";
import { copyText, createCode } from "../code";
import { createError, createNotice } from "../messages";
import { savePlot } from "../plot_figure";
import { createShapAbout } from "../shap_about";
import { printerOf } from "./bar_layout";
import { createCaption } from "./caption";
import { createControls, type Doings } from "./controls";
import { announceChange, statusPhrases, titleOf } from "./describe";
import { layoutFor, stackWidth } from "./layout";
import { createOpened } from "./opened";
import { createPlot } from "./plot";
import type { Actions, Drawing, Local, Measure, Part, Scene, Stack } from "./scene";
import { createStatus } from "./status";
import type { Window } from "./window";

type Asked = Pick<Actions, "set" | "drag" | "command">;

export function createForceView(
  root: HTMLElement,
  first: ForceState,
  asked: Asked,
  drawn: (state: ForceState) => void,
  signal: AbortSignal,
): View<ForceState> {
  let state = first;
  let told = first;
  let local: Local = {
    window: null,
    at: null,
    height: 0,
    brush: null,
    drag: "brush",
    band: null,
    about: false,
    code: null,
  };
  let scene: Scene | null = null;
  let words = createWords("en");
  let parts: Part[] = [];
  const announcer = createAnnouncer(signal);
  const rewritten = createChange();
  const measure = createMeasure();
  const draw = createDrawer();
  const actions: Actions = {
    ...asked,
    change(change) {
      local = { ...local, ...change };
      if (scene) scene = { ...scene, local };
      stage.schedule();
    },
    scene: () => scene,
    say: announcer.say,
  };
  const stage = createStage(root, signal, (width, surroundings) => {
    const { language } = state.traits;
    if (rewritten(language)) {
      words = createWords(language);
      root.lang = language;
      parts = assemble(root, announcer.element, actions, words, measure.widthOf);
    }
    const { fontFamily, color } = getComputedStyle(root);
    measure.setFont(fontFamily);
    if (local.at !== null && state.force && local.at >= state.force.count) local = { ...local, at: null };
    root.dataset.layout = width < 640 ? "narrow" : "wide";
    const drawing = state.force && draw(state, state.force, local, width);
    scene = { state, local, words, surroundings, style: `${fontFamily} ${color}`, drawing };
    for (const part of parts) part.draw(scene);
    announceChange(told, scene, announcer.say);
    told = state;
    drawn(state);
  });
  return {
    draw(next) {
      state = next;
      stage.schedule();
    },
  };
}

/** What is drawn, made anew where what it is made of has changed. */
function createDrawer(): (state: ForceState, force: Force, local: Local, width: number) => Drawing {
  const ordered = createMemo(
    (force: Force, order: string, ordering: Ordering | null): Order => orderOf(force, order, ordering),
  );
  const averaged = createMemo(
    (force: Force, order: Order, from: number, to: number, pixels: number, display: number): Columns =>
      columnsOf(force, order.places, from, to, pixels, display),
  );
  const laid = createMemo((columns: Columns, from: number, to: number, width: number, logit: boolean) =>
    layoutFor(columns, [from, to], width, logit),
  );
  const chosen = createMemo((force: Force, selection: unknown) => chosenOf(force, readSelection(selection)));
  const opens = createMemo(standOf);
  const opening = createMemo(openedOf);
  return (state, force, local, width) => {
    const { traits } = state;
    if (force.header.n_rows === 1) {
      const opened = force.header.row ?? recordAt(force, 0);
      return { force, width, stack: null, opened, printer: printerOf(opened) };
    }
    const order = ordered(force, traits.order, state.ordering);
    const [from, to] = within(local.window, force.count);
    const pixels = Math.max(1, Math.round(stackWidth(width) * (devicePixelRatio || 1)));
    const columns = averaged(force, order, from, to, pixels, traits.max_display);
    const geometry = laid(columns, from, to, width, traits.link === "logit");
    const stack: Stack = {
      order,
      window: [from, to],
      columns,
      geometry,
      chosen: chosen(force, traits.selection),
      opened: opens(force, order, traits.index),
    };
    const opened = opening(force, traits.index, traits.opened);
    const [low, high] = columns.range;
    return { force, width, stack, opened, printer: printerFor((high - low) / 4) };
  };
}

function within(window: Window | null, count: number): Window {
  if (!window || window[1] > count) return [0, count];
  return window;
}

/** The opened row: exactly where the kernel has told, else as it was sent. */
function openedOf(force: Force, index: number | null, exact: RowRecord | null): RowRecord | null {
  if (index === null) return null;
  if (exact?.row === index && exact.output_of === force.header.output) return exact;
  const place = placeOfRow(force, index);
  return place < 0 ? null : recordAt(force, place);
}

async function saveFigure(root: HTMLElement, scene: Scene, drawing: Drawing): Promise<void> {
  const status = statusPhrases(scene).map(({ text }) => text);
  const told = { title: titleOf(drawing, scene.words), status: status.join(", "), page: scene.surroundings.page };
  const plot = root.querySelector<HTMLElement>(drawing.stack ? ".plot" : ".bar")!;
  await savePlot(plot, told, `force ${titleOf(drawing, scene.words)}`);
}

function assemble(root: HTMLElement, region: HTMLElement, actions: Actions, words: Words, measure: Measure): Part[] {
  const plot = createPlot(actions, words, measure);
  const doings: Doings = {
    async copy() {
      const text = actions.scene()?.state.traits.code ?? "";
      actions.change({ code: { text, copied: await copyText(text) } });
    },
    download() {
      const scene = actions.scene();
      if (scene?.drawing) void saveFigure(root, scene, scene.drawing);
    },
    zoom: plot.zoom,
  };
  const controls = createControls(actions, words, doings);
  const about = createShapAbout("force.about", words);
  const parts: Part[] = [
    controls,
    createError(words),
    createNotice(words),
    createCaption(actions, words),
    plot,
    createOpened(actions, words, measure, plot.focus),
    createStatus(actions, words),
    createCode(actions, words, controls.copy),
    { element: about.element, draw: ({ local }) => about.draw(local.about) },
  ];
  root.replaceChildren(...parts.map((part) => part.element), region);
  return parts;
}
