// The whole view: controls above, the plot, status below.
import { createAnnouncer } from "../../lib/announce";
import type { LocalWeights } from "../../lib/lime_frame";
import type { LimeState } from "../../lib/lime_state";
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
import { announceChange, fitOf, statusPhrases, titleOf } from "./describe";
import { layoutFor } from "./layout";
import { createPlot } from "./plot";
import type { Actions, Drawing, Local, Part, Scene } from "./scene";
import { createStatus } from "./status";

type Asked = Pick<Actions, "set" | "drag" | "command">;

export function createLimeView(
  root: HTMLElement,
  first: LimeState,
  asked: Asked,
  drawn: (state: LimeState) => void,
  signal: AbortSignal,
): View<LimeState> {
  let state = first;
  let told = first;
  let local: Local = { at: null, about: false, code: null };
  let scene: Scene | null = null;
  let words = createWords("en");
  let parts: Part[] = [];
  const announcer = createAnnouncer(signal);
  const rewritten = createChange();
  const measure = createMeasure();
  const geometries = createMemo((found: LocalWeights, width: number, _font: string) =>
    layoutFor(found, width, measure.widthOf),
  );
  const actions: Actions = {
    ...asked,
    change(change) {
      local = { ...local, ...change };
      stage.schedule();
    },
    now: () => state,
  };
  const doings: Doings = {
    async copy() {
      const text = state.found?.header.code ?? "";
      actions.change({ code: { text, copied: await copyText(text) } });
    },
    download() {
      if (scene?.drawing) void saveFigure(root, scene, scene.drawing);
    },
  };

  const stage = createStage(root, signal, (width, surroundings) => {
    const { language } = state.traits;
    if (rewritten(language)) {
      words = createWords(language);
      root.lang = language;
      parts = assemble(root, announcer.element, actions, words, doings, measure.widthOf);
    }
    const { fontFamily, color } = getComputedStyle(root);
    measure.setFont(fontFamily);
    const { found } = state;
    const drawing = found && { found, geometry: geometries(found, width, fontFamily) };
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

async function saveFigure(root: HTMLElement, { state, words, surroundings }: Scene, { found }: Drawing): Promise<void> {
  const status = [fitOf(found.header, words), ...statusPhrases(state, words).map(({ text }) => text)];
  const told = { title: titleOf(found.header, words), status: status.join(", "), page: surroundings.page };
  await savePlot(root.querySelector<HTMLElement>(".plot")!, told, `lime ${found.header.label}`);
}

function assemble(
  root: HTMLElement,
  region: HTMLElement,
  actions: Actions,
  words: Words,
  doings: Doings,
  measure: (text: string, font?: string) => number,
): Part[] {
  const controls = createControls(actions, words, doings);
  const about = createShapAbout("lime.about", words);
  const parts: Part[] = [
    controls,
    createError(words),
    createNotice(words),
    createCaption(words),
    createPlot(actions, words, measure),
    createStatus(actions, words),
    createCode(actions, words, controls.copy),
    { element: about.element, draw: ({ local }) => about.draw(local.about) },
  ];
  root.replaceChildren(...parts.map((part) => part.element), region);
  return parts;
}
