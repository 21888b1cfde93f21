// The whole view: controls above, pictures and rail, status below.
import { createAnnouncer } from "../lib/announce";
import { createRamps } from "../lib/colour";
import { element } from "../lib/dom";
import { createChange } from "../lib/memo";
import { createStage, type View } from "../lib/stage";
import type { State } from "../lib/state";
import { createWords, type Words } from "../lib/words";
import { createAbout } from "./about";
import { announceChange } from "./announcement";
import { createClassList } from "./class_list";
import { createCode, pressed } from "./code";
import { createColourBar } from "./colour_bar";
import { createControlsRow, createMoreRow } from "./controls_row";
import { drawFigure, saveFigure } from "./figure";
import { layoutFor } from "./layout";
import { createError, createNoSignal, createNotice } from "./messages";
import { createPanels } from "./panel";
import type { Actions, Local, Part, Scene } from "./scene";
import { createStatus } from "./status";

const NAMES_BESIDE = 480; // a narrower rail lists the classes, one beneath the other
const HEAD = 28; // caption of a picture
const GAP = 8; // between the parts of the rail

export function createSaliencyView(
  root: HTMLElement,
  first: State,
  asked: Pick<Actions, "set" | "drag" | "command">,
  drawn: (state: State) => void,
  signal: AbortSignal,
): View<State> {
  let state = first;
  let local: Local = { panels: "both", more: first.traits.n_pictures > 1, about: false, code: null };
  let scene: Scene | null = null;
  const announcer = createAnnouncer(signal);
  const actions: Actions = {
    ...asked,
    change(change) {
      local = { ...local, ...change };
      stage.schedule();
    },
    now: () => state,
    say: announcer.say,
  };
  const doings = {
    async copy() {
      actions.change({ code: await pressed(local.code, state.map?.header.code ?? "") });
    },
    download() {
      if (scene) saveFigure(drawFigure(scene, root), state);
    },
  };
  const recolour = createChange();
  const rewritten = createChange();
  let own = false; // the reader once gave a method
  let words = createWords("en");
  let parts: Part[] = [];
  let ramps = createRamps("red_blue", "light", [255, 255, 255]);

  const stage = createStage(root, signal, (width, surroundings) => {
    const { traits, map, picture } = state;
    own ||= traits.method === "custom";
    if (rewritten(traits.language, traits.n_pictures, own)) {
      words = createWords(traits.language);
      root.lang = traits.language;
      parts = assemble(root, announcer.element, actions, words, doings, state, own);
    }
    if (recolour(traits.colormap, surroundings)) {
      ramps = createRamps(traits.colormap, surroundings.theme, surroundings.page);
    }
    const size = map ?? picture;
    const layout = layoutFor(width, size ? size.height / size.width : 1, local.panels);
    root.dataset.layout = layout.narrow ? "narrow" : layout.roomy ? "wide" : "single";
    root.dataset.rail = layout.beneath ? `beneath ${layout.rail < NAMES_BESIDE ? "rows" : "columns"}` : "beside";
    scene = { state, local, words, surroundings, ramps, layout };
    for (const part of parts) part.draw(scene);
    drawn(state);
  });
  return {
    draw(next) {
      announceChange(state, next, words, announcer.say);
      state = next;
      stage.schedule();
    },
  };
}

function assemble(
  root: HTMLElement,
  region: HTMLElement,
  actions: Actions,
  words: Words,
  doings: Parameters<typeof createControlsRow>[2],
  state: State,
  own: boolean,
): Part[] {
  const controls = createControlsRow(actions, words, doings, own);
  const more = createMoreRow(actions, words, state);
  const error = createError(words);
  const notice = createNotice(words);
  const panels = createPanels(actions, words);
  const classes = createClassList(actions, words);
  const noSignal = createNoSignal(words);
  const bar = createColourBar(actions, words);
  const status = createStatus(actions, words);
  const code = createCode(actions, words, controls.copy);
  const about = createAbout(words);
  const railElement = element("div", { class: "rail" }, classes.element, noSignal.element, bar.element);
  const rail: Part = {
    element: railElement,
    draw(scene) {
      railElement.style.width = `${scene.layout.rail}px`;
      classes.draw(scene);
      noSignal.draw(scene);
      const above = classes.element.hidden ? 0 : classes.element.offsetHeight + GAP;
      bar.draw(scene, HEAD + scene.layout.height - above);
    },
  };
  const pictures = element("div", { class: "pics" }, ...panels.map((panel) => panel.element), railElement);
  const rows = [controls, more, error, notice].map((part) => part.element);
  root.replaceChildren(...rows, pictures, status.element, code.element, about.element, region);
  return [controls, more, error, notice, ...panels, rail, status, code, about];
}
