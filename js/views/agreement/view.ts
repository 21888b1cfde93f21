// The whole view: controls above, the sentence and the plot, rank agreement and status below.
import type { Agreement } from "../../lib/agreement_frame";
import type { AgreementState } from "../../lib/agreement_state";
import { createAnnouncer } from "../../lib/announce";
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
import { announceChange, headOf, sentenceOf, titleOf } from "./describe";
import { layoutFor } from "./layout";
import { createPairs } from "./pairs";
import { createPlot } from "./plot";
import type { Actions, Drawing, Local, Part, Scene } from "./scene";
import { createStatus } from "./status";

type Asked = Pick<Actions, "set" | "command">;
type Measure = (text: string, font?: string) => number;

const NARROW = 640;

export function createAgreementView(
  root: HTMLElement,
  first: AgreementState,
  asked: Asked,
  drawn: (state: AgreementState) => void,
  signal: AbortSignal,
): View<AgreementState> {
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
    (agreement: Agreement, most: number, width: number, words: Words, _font: string): Drawing => {
      const shown = [...agreement.order.subarray(0, most)];
      const heads = agreement.header.methods.map((method) => headOf(method, width < NARROW, words));
      return { agreement, shown, geometry: layoutFor(agreement, shown, heads, width, measure.widthOf) };
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
      const text = state.agreement?.header.code ?? "";
      actions.change({ code: { text, copied: await copyText(text) } });
    },
    download() {
      if (scene?.drawing) void saveFigure(root, scene, scene.drawing);
    },
  };

  const stage = createStage(root, signal, (width, surroundings) => {
    const { language, max_display, n_rows } = state.traits;
    if (rewritten(language, n_rows)) {
      words = createWords(language);
      root.lang = language;
      parts = assemble(root, announcer.element, actions, words, doings, n_rows, measure.widthOf);
    }
    const { fontFamily, color } = getComputedStyle(root);
    measure.setFont(fontFamily);
    const { agreement } = state;
    const drawing = agreement && drawings(agreement, max_display, width, words, fontFamily);
    root.dataset.layout = width < NARROW ? "narrow" : "wide";
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

async function saveFigure(root: HTMLElement, { words, surroundings }: Scene, drawing: Drawing): Promise<void> {
  const title = titleOf(drawing, words);
  const told = { title, status: sentenceOf(drawing.agreement, words), page: surroundings.page };
  await savePlot(root.querySelector<HTMLElement>(".plot")!, told, `agreement ${title}`);
}

function assemble(
  root: HTMLElement,
  region: HTMLElement,
  actions: Actions,
  words: Words,
  doings: Doings,
  rows: number,
  measure: Measure,
): Part[] {
  const controls = createControls(actions, words, doings, rows);
  const about = createShapAbout("agree.about", words);
  const parts: Part[] = [
    controls,
    createError(words),
    createNotice(words),
    createCaption(words),
    createPlot(actions, words, measure),
    createPairs(words),
    createStatus(actions, words),
    createCode(actions, words, controls.copy),
    { element: about.element, draw: ({ local }) => about.draw(local.about) },
  ];
  root.replaceChildren(...parts.map((part) => part.element), region);
  return parts;
}
