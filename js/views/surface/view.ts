// The whole view: controls above, the plot, status below.
import { createAnnouncer } from "../../lib/announce";
import { createRamps, type Theme } from "../../lib/colour";
import { createMeasure } from "../../lib/measure";
import { createChange, createMemo } from "../../lib/memo";
import { createStage, type View } from "../../lib/stage";
import type { Surface } from "../../lib/surface_frame";
import { placeOf } from "../../lib/surface_reading";
import type { SurfaceState } from "../../lib/surface_state";
import type { Surroundings } from "../../lib/theme";
import { createWords, type Words } from "../../lib/words";
import { copyText, createCode } from "../code";
import { createError, createNotice } from "../messages";
import { savePlot } from "../plot_figure";
import { createCaption } from "./caption";
import { createControls, type Doings } from "./controls";
import { announceChange, statusPhrases, titleOf } from "./describe";
import { layoutFor } from "./layout";
import { createPlot } from "./plot";
import type { Actions, Drawing, Local, Part, Scene } from "./scene";
import { createStatus } from "./status";

type Asked = Pick<Actions, "set" | "drag" | "command">;

const PALEST = 24; // the colour of the lowest value, which is not the page's

export function createSurfaceView(
  root: HTMLElement,
  first: SurfaceState,
  asked: Asked,
  drawn: (state: SurfaceState) => void,
  signal: AbortSignal,
): View<SurfaceState> {
  let state = first;
  let told = first;
  let local: Local = { at: null, code: null };
  let scene: Scene | null = null;
  let words = createWords("en");
  let parts: Part[] = [];
  const announcer = createAnnouncer(signal);
  const rewritten = createChange();
  const measure = createMeasure();
  const geometries = createMemo((surface: Surface, width: number, _font: string) =>
    layoutFor(surface, width, measure.widthOf),
  );
  const ramps = createMemo((colormap: string, theme: Theme, page: Surroundings["page"]) =>
    createRamps(colormap, theme, page).magnitude.slice(PALEST),
  );
  const actions: Actions = {
    ...asked,
    change(change) {
      local = { ...local, ...change };
      stage.schedule();
    },
    now: () => state,
    say: announcer.say,
  };
  const doings: Doings = {
    async copy() {
      const text = state.surface?.header.code ?? "";
      actions.change({ code: { text, copied: await copyText(text) } });
    },
    download() {
      if (scene?.drawing) void saveFigure(root, scene, scene.drawing);
    },
  };

  const stage = createStage(root, signal, (width, surroundings) => {
    const { language, colormap, cursor } = state.traits;
    if (rewritten(language)) {
      words = createWords(language);
      root.lang = language;
      parts = assemble(root, announcer.element, actions, words, doings, measure.widthOf);
    }
    const { fontFamily, color } = getComputedStyle(root);
    measure.setFont(fontFamily);
    const { surface } = state;
    const drawing = surface && {
      surface,
      cursor: placeOf(surface, cursor),
      geometry: geometries(surface, width, fontFamily),
      ramp: ramps(colormap, surroundings.theme, surroundings.page),
    };
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
  const told = { title: titleOf(drawing), status: status.join(", "), page: surroundings.page };
  const { features } = drawing.surface.header;
  await savePlot(root.querySelector<HTMLElement>(".plot")!, told, `pdp ${features.join(" ")}`);
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
  const parts = [
    controls,
    createError(words),
    createNotice(words),
    createCaption(words),
    createPlot(actions, words, measure),
    createStatus(actions, words),
    createCode(actions, words, controls.copy),
  ];
  root.replaceChildren(...parts.map((part) => part.element), region);
  return parts;
}
