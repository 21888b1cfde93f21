// The whole view: controls above, the plot, status below.
import { createAnnouncer } from "../../lib/announce";
import { type ChildHost, createChild } from "../../lib/child";
import { writeSelection } from "../../lib/ice_curves";
import type { IceState } from "../../lib/ice_state";
import { legendOf } from "../../lib/legend";
import { createMeasure } from "../../lib/measure";
import { createChange } from "../../lib/memo";
import { createStage, type View } from "../../lib/stage";
import { createWords, type Words } from "../../lib/words";
import { createAboutText } from "../about_text";
import { copyText, createCode } from "../code";
import { createError, createNotice } from "../messages";
import { kernelSelects, rowsUnder } from "./answer";
import { createCaption } from "./chips";
import { createControls, type Doings } from "./controls";
import { announceChange } from "./describe";
import { saveFigure } from "./figure";
import { createFilterPanel } from "./filter_panel";
import { createFindings } from "./findings";
import { labelRoom } from "./labels";
import { layoutFor } from "./layout";
import { panelOf } from "./panel";
import { createPictures } from "./picture";
import { createPlot } from "./plot";
import { createRuleLine } from "./rule";
import type { Actions, Drawing, Local, Part, Picture, Scene } from "./scene";
import { createStatus } from "./status";

type Asked = Pick<Actions, "set" | "drag" | "command" | "ask">;

export function createIceView(
  root: HTMLElement,
  first: IceState,
  asked: Asked,
  drawn: (state: IceState) => void,
  signal: AbortSignal,
  host?: ChildHost,
): View<IceState> {
  let state = first;
  let told = first;
  let local: Local = { at: null, code: null, about: false, filtering: false, panel: null };
  let scene: Scene | null = null;
  let words = createWords("en");
  let parts: Part[] = [];
  const announcer = createAnnouncer(signal);
  const pictures = createPictures();
  const rewritten = createChange();
  const reopened = createChange();
  reopened(first.traits.pair_surface);
  const measure = createMeasure();
  const surface = createChild(host, signal);
  const actions: Actions = {
    set: asked.set,
    drag: asked.drag,
    command: asked.command,
    ask: asked.ask,
    change(change) {
      local = { ...local, ...change };
      stage.schedule();
    },
    brush(brush, moving = false) {
      if (kernelSelects(state) && brush.length) {
        asked.set({ brush }); // ipywidgets keeps the newest back until the kernel is free
        return;
      }
      const change = { brush, selection: writeSelection(rowsUnder(state, brush)) };
      if (moving) asked.drag(change);
      else asked.set(change);
    },
    filter(filters, moving = false) {
      const { brush } = state.traits;
      const filtered = { ...state, traits: { ...state.traits, filters } };
      const change = { filters, ...(brush.length ? { selection: writeSelection(rowsUnder(filtered, brush)) } : {}) };
      if (moving) asked.drag(change);
      else asked.set(change);
    },
    select: (rows) => asked.set({ brush: [], selection: writeSelection(rows) }),
    now: () => state,
    say: announcer.say,
  };
  const doings: Doings = {
    async copy() {
      const text = state.traits.code;
      actions.change({ code: { text, copied: await copyText(text) } });
    },
    download() {
      if (scene?.drawing) void saveFigure(root, scene);
    },
  };

  const stage = createStage(root, signal, (width, surroundings) => {
    const { language } = state.traits;
    if (rewritten(language)) {
      words = createWords(language);
      root.lang = language;
      parts = assemble(root, [surface.element, announcer.element], actions, words, doings, measure.widthOf);
    }
    const { fontFamily, ...colours } = readStyle(root);
    measure.setFont(fontFamily);
    const picture = pictures(state, panelOf(state, local) === "subgroups");
    const drawing = picture && { picture, geometry: geometryOf(picture, words, width, measure.widthOf) };
    root.dataset.layout = width < 640 ? "narrow" : "wide";
    scene = { state, local, words, surroundings, style: JSON.stringify([fontFamily, colours]), drawing };
    for (const part of parts) part.draw(scene);
    const { pair_surface } = state.traits;
    const opened = surface.show(pair_surface);
    if (reopened(pair_surface) && drawing) {
      void opened.then((there) => there && surface.element.scrollIntoView({ block: "nearest", behavior: "smooth" }));
    }
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

function geometryOf(
  picture: Picture,
  words: Words,
  width: number,
  measure: (text: string, weight?: string) => number,
): Drawing["geometry"] {
  const { look, curves } = picture;
  return layoutFor({
    width,
    x: picture.x,
    y: picture.y,
    category: picture.category,
    signed: look.centered || look.kind === "derivative" || look.kind === "ale",
    labels: labelRoom(picture, words, width < 640, (text) => measure(text, "600 12px")),
    name: measure(curves.header.feature),
    legend: (room) => legendOf(curves.header.colors, words, room, measure).height,
    measure,
  });
}

function readStyle(root: HTMLElement) {
  const style = getComputedStyle(root);
  const [all, chosen] = ["--xw-all", "--xw-sel"].map((name) => style.getPropertyValue(name));
  return { fontFamily: style.fontFamily, all, chosen };
}

function assemble(
  root: HTMLElement,
  below: HTMLElement[],
  actions: Actions,
  words: Words,
  doings: Doings,
  measure: (text: string) => number,
): Part[] {
  const controls = createControls(actions, words, doings);
  const about = createAboutText((part) => words(`ice.about.${part}`), words);
  const parts = [
    controls,
    createFilterPanel(actions, words, controls.filter),
    createError(words),
    createNotice(words),
    createCaption(actions, words),
    createRuleLine(actions, words),
    createPlot(actions, words, root, measure),
    createFindings(actions, words),
    createStatus(actions, words),
    createCode(actions, words, controls.copy),
    { element: about.element, draw: ({ local }: Scene) => about.draw(local.about) },
  ];
  root.replaceChildren(...parts.map((part) => part.element), ...below);
  return parts;
}
