// The whole view: controls above, the plot, status below.
import { createAnnouncer } from "../../lib/announce";
import { createMeasure } from "../../lib/measure";
import { createChange, createMemo } from "../../lib/memo";
import { createStage, type View } from "../../lib/stage";
import { barsOf } from "../../lib/waterfall_bars";
import { changedTo } from "../../lib/waterfall_changes";
import type { Waterfall } from "../../lib/waterfall_frame";
import type { WaterfallState } from "../../lib/waterfall_state";
import { createWords, type Words } from "../../lib/words";
import { copyText, createCode } from "../code";
import { createError, createNotice } from "../messages";
import { savePlot } from "../plot_figure";
import { createShapAbout } from "../shap_about";
import { createCaption } from "./caption";
import { createControls, type Doings } from "./controls";
import { announceChange, printValue, statusPhrases, titleOf } from "./describe";
import type { Say } from "./labels";
import { layoutFor } from "./layout";
import { createPlot } from "./plot";
import type { Actions, Drawing, Local, Part, Scene } from "./scene";
import { createStatus } from "./status";

type Asked = Pick<Actions, "set" | "drag" | "command">;
type Measure = (text: string, font?: string) => number;

export function createWaterfallView(
  root: HTMLElement,
  first: WaterfallState,
  asked: Asked,
  drawn: (state: WaterfallState) => void,
  signal: AbortSignal,
): View<WaterfallState> {
  let state = first;
  let told = first;
  let local: Local = { at: null, open: null, about: false, code: null };
  let scene: Scene | null = null;
  let words = createWords("en");
  let parts: Part[] = [];
  const announcer = createAnnouncer(signal);
  const rewritten = createChange();
  const measure = createMeasure();
  const arranged = createMemo(barsOf);
  const geometries = createMemo(
    (waterfall: Waterfall, bars: Drawing["bars"], open: number, width: number, now: Words, _font: string) =>
      layoutFor(waterfall, bars, open, width, sayIn(now), measure.widthOf),
  );
  const actions: Actions = {
    ...asked,
    change(change) {
      local = { ...local, ...change };
      stage.schedule();
    },
    ask(feature, value, moving = false) {
      const { waterfall, traits } = state;
      const position = waterfall?.header.features.indexOf(feature) ?? -1;
      const what_if = changedTo(traits.what_if, feature, value, waterfall?.header.row?.[position]);
      if (moving) asked.drag({ what_if });
      else asked.set({ what_if });
    },
    restore(feature) {
      const { [feature ?? ""]: _, ...others } = state.traits.what_if;
      asked.set({ what_if: feature === undefined ? {} : others });
    },
    now: () => state,
    say: announcer.say,
  };
  const doings: Doings = {
    async copy() {
      const text = state.waterfall?.header.code ?? "";
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
    const { waterfall } = state;
    let drawing: Drawing | null = null;
    if (waterfall) {
      const bars = arranged(waterfall, max_display);
      const open = bars.bars.findIndex(
        ({ kind, feature }) => kind === "feature" && waterfall.header.features[feature] === local.open,
      );
      drawing = { waterfall, bars, geometry: geometries(waterfall, bars, open, width, words, fontFamily) };
    }
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

const sayIn = (words: Words): Say => ({
  joined: (count) => (count ? words("waterfall.others", { count }) : words("waterfall.gap")),
  value: (value) => printValue(value, words),
});

async function saveFigure(root: HTMLElement, { state, words, surroundings }: Scene, drawing: Drawing): Promise<void> {
  const status = statusPhrases(state, drawing, words).map(({ text }) => text);
  const told = { title: titleOf(drawing, words), status: status.join(", "), page: surroundings.page };
  await savePlot(root.querySelector<HTMLElement>(".plot")!, told, `waterfall row ${drawing.waterfall.header.index}`);
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
  const about = createShapAbout("waterfall.about", words);
  const parts: Part[] = [
    controls,
    createError(words),
    createNotice(words),
    createCaption(actions, words),
    createPlot(actions, words, measure),
    createStatus(actions, words),
    { element: about.element, draw: ({ local }) => about.draw(local.about) },
    createCode(actions, words, controls.copy),
  ];
  root.replaceChildren(...parts.map((part) => part.element), region);
  return parts;
}
