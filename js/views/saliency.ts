// The whole view: controls above, pictures and rail, status below.
import { createAnnouncer } from "../lib/announce";
import { createRamps } from "../lib/colour";
import { element } from "../lib/dom";
import { createChange } from "../lib/memo";
import { followSharpness } from "../lib/sharpness";
import type { State } from "../lib/state";
import { followTheme, type Surroundings } from "../lib/theme";
import { createWords, type Words } from "../lib/words";
import { createAbout } from "./about";
import { announceChange } from "./announcement";
import { createClassList } from "./class_list";
import { copyText, createCode } from "./code";
import { createColourBar } from "./colour_bar";
import { createControlsRow, createMoreRow } from "./controls_row";
import { drawFigure, saveFigure } from "./figure";
import { layoutFor } from "./layout";
import { createError, createNoSignal, createNotice } from "./messages";
import { createPanels } from "./panel";
import type { Actions, Local, Part, Scene } from "./scene";
import { createStatus } from "./status";

const HEAD = 28; // caption of a picture
const GAP = 8; // between the parts of the rail

export interface SaliencyView {
  /** Draw at the next animation frame. */
  draw(state: State): void;
}

export function createSaliencyView(
  root: HTMLElement,
  first: State,
  asked: Pick<Actions, "set" | "drag" | "command">,
  drawn: (state: State) => void,
  signal: AbortSignal,
): SaliencyView {
  let state = first;
  let surroundings: Surroundings = { theme: "light", page: [255, 255, 255] };
  let local: Local = { panels: "both", more: first.traits.n_pictures > 1, about: false, code: null };
  let scene: Scene | null = null;
  let frame = 0;
  let width = 0; // as last observed: to read it now would lay the page out once more
  const schedule = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      render();
    });
  };
  const announcer = createAnnouncer(signal);
  const actions: Actions = {
    ...asked,
    change(change) {
      local = { ...local, ...change };
      schedule();
    },
    now: () => state,
    say: announcer.say,
  };
  const doings = {
    async copy() {
      const text = state.map?.header.code ?? "";
      actions.change({ code: { text, copied: await copyText(text) } });
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
  let ramps = createRamps("red_blue", "light", surroundings.page);

  function render() {
    const { traits, map, picture } = state;
    if (width === 0) return; // hidden: drawn when it shows
    if (!root.dataset.theme) settle(); // the first frame is of the right theme already
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
    root.dataset.layout = layout.narrow ? "narrow" : "wide";
    root.dataset.rail = layout.beneath ? "beneath" : "beside";
    scene = { state, local, words, surroundings, ramps, layout };
    for (const part of parts) part.draw(scene);
    drawn(state);
  }

  const settle = followTheme(root, signal, (now) => {
    surroundings = now;
    schedule();
  });
  const observer = new ResizeObserver(() => {
    width = root.clientWidth;
    settle();
    schedule();
  });
  observer.observe(root);
  followSharpness(schedule, signal);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });
  return {
    draw(next) {
      announceChange(state, next, words, announcer.say);
      state = next;
      schedule();
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
