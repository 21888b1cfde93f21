// The whole view: controls above, the plot, status below.
import { createAnnouncer } from "../../lib/announce";
import { barsOf } from "../../lib/importance_bars";
import type { Importance } from "../../lib/importance_frame";
import type { ImportanceState } from "../../lib/importance_state";
import { createMeasure } from "../../lib/measure";
import { createChange, createMemo } from "../../lib/memo";
import { createStage, type View } from "../../lib/stage";
import { createWords, type Words } from "../../lib/words";
import { copyText, createCode } from "../code";
import { createError, createNotice } from "../messages";
import { savePlot } from "../plot_figure";
import { createShapAbout } from "../shap_about";
import { createCaption } from "./caption";
import { createControls, type Doings } from "./controls";
import { announceChange, labelsOf, nameOf, statusPhrases, titleOf } from "./describe";
import { layoutFor } from "./layout";
import { createPlot } from "./plot";
import type { Actions, Drawing, Local, Part, Scene } from "./scene";
import { createStatus } from "./status";

type Asked = Pick<Actions, "set" | "command">;
type Measure = (text: string, font?: string) => number;

export function createImportanceView(
  root: HTMLElement,
  first: ImportanceState,
  asked: Asked,
  drawn: (state: ImportanceState) => void,
  signal: AbortSignal,
): View<ImportanceState> {
  let state = first;
  let told = first;
  let local: Local = { at: null, about: false, code: null };
  let scene: Scene | null = null;
  let words = createWords("en");
  let parts: Part[] = [];
  const announcer = createAnnouncer(signal);
  const rewritten = createChange();
  const measure = createMeasure();
  const drawings = createMemo(
    (importance: Importance, most: number, width: number, words: Words, _font: string): Drawing => {
      const bars = barsOf(importance, most).map((bar) => ({ ...bar, name: nameOf(bar, words) }));
      const labels = labelsOf(importance, words);
      return { importance, bars, geometry: layoutFor(bars, labels, width, measure.widthOf) };
    },
  );
  const actions: Actions = {
    set: asked.set,
    command: asked.command,
    change(change) {
      local = { ...local, ...change };
      stage.schedule();
    },
    say: announcer.say,
  };
  const doings: Doings = {
    async copy() {
      const text = state.importance?.header.code ?? "";
      actions.change({ code: { text, copied: await copyText(text) } });
    },
    download() {
      if (scene?.drawing) void saveFigure(root, scene, scene.drawing);
    },
  };

  const stage = createStage(root, signal, (width, surroundings) => {
    const { language, max_display } = state.traits;
    if (rewritten(language)) {
      words = createWords(language);
      root.lang = language;
      parts = assemble(root, announcer.element, actions, words, doings, measure.widthOf);
    }
    const { fontFamily, color } = getComputedStyle(root);
    measure.setFont(fontFamily);
    const { importance } = state;
    const drawing = importance && drawings(importance, max_display, width, words, fontFamily);
    root.dataset.layout = width < 640 ? "narrow" : "wide";
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

async function saveFigure(root: HTMLElement, { state, words, surroundings }: Scene, drawing: Drawing): Promise<void> {
  const status = statusPhrases(state, words).map(({ text }) => text);
  const title = titleOf(drawing, words);
  const told = { title, status: status.join(", "), page: surroundings.page };
  await savePlot(root.querySelector<HTMLElement>(".plot")!, told, `importance ${title}`);
}

function assemble(
  root: HTMLElement,
  region: HTMLElement,
  actions: Actions,
  words: Words,
  doings: Doings,
  measure: Measure,
): Part[] {
  const controls = createControls(actions, words, doings);
  const about = createShapAbout("importance.about", words);
  const parts: Part[] = [
    controls,
    createError(words),
    createNotice(words),
    createCaption(actions, words),
    createPlot(actions, words, measure),
    createStatus(actions, words),
    createCode(actions, words, controls.copy),
    { element: about.element, draw: ({ local }) => about.draw(local.about) },
  ];
  root.replaceChildren(...parts.map((part) => part.element), region);
  return parts;
}
