// One picture: the map over the faded photograph, the map alone, or the photograph; with a crosshair.
import { type AttributionMap, type Picture, readAt } from "../lib/attribution";
import { element, focusable, setAttributes, shape } from "../lib/dom";
import { digitsFor } from "../lib/format";
import { createChange } from "../lib/memo";
import { describe } from "./describe";
import type { Panel } from "./layout";
import { opaquePalette, overlayPalette, paintFaded, paintMap, paintPicture } from "./pixels";
import type { Actions, Part, Scene } from "./scene";

const COARSE = 4; // from this enlargement on, the map's own cells are shown

export interface PicturePart extends Part {
  draw(scene: Scene, panel?: Panel, labelled?: boolean): void;
  canvas: HTMLCanvasElement;
}

export function createPicture(actions: Actions): PicturePart {
  const canvas = element("canvas", { role: "img" });
  const cross = crosshair();
  const tip = element("div", { class: "tip", hidden: true });
  const frame = element(
    "div",
    { class: "pic", tabindex: 0, role: "application", ...focusable },
    canvas,
    cross.element,
    tip,
  );
  const photograph = remember();
  const changed = createChange();
  let scene: Scene | null = null;

  const pointAt = (position: number | null) => actions.drag({ hover: position });
  frame.addEventListener("pointermove", (event) => {
    const size = inputSize(scene);
    if (!size) return;
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * size.width);
    const row = Math.floor(((event.clientY - box.top) / box.height) * size.height);
    if (row >= 0 && column >= 0 && row < size.height && column < size.width) pointAt(row * size.width + column);
  });
  frame.addEventListener("pointerleave", () => pointAt(null));
  frame.addEventListener("keydown", (event) => {
    const size = inputSize(scene);
    const hover = scene?.state.traits.hover ?? null;
    if (!size) return;
    if (event.key === "Escape" && hover !== null) pointAt(null);
    else if (event.key in arrows) {
      const [down, right] = arrows[event.key as keyof typeof arrows];
      const step = event.shiftKey ? 10 : 1;
      const from = hover ?? Math.floor(size.height / 2) * size.width + Math.floor(size.width / 2);
      const row = clamp(Math.floor(from / size.width) + (hover === null ? 0 : down * step), size.height);
      const column = clamp((from % size.width) + (hover === null ? 0 : right * step), size.width);
      pointAt(row * size.width + column);
      if (scene?.state.map) actions.say(reading(scene, scene.state.map, row * size.width + column).join(" "));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element: frame,
    canvas,
    draw(next, panel = "over", labelled = false) {
      scene = next;
      const { state, layout, words } = next;
      frame.style.width = `${layout.width}px`;
      frame.style.height = `${layout.height}px`;
      frame.classList.toggle("faint", !state.map && panel !== "map");
      setAttributes(frame, { "aria-label": words("picture.keys") });
      const { map, picture, range, traits } = state;
      const look = [
        traits.sign,
        traits.opacity,
        traits.threshold,
        next.ramps,
        layout.width,
        layout.height,
        devicePixelRatio,
      ];
      if (changed(panel, map, picture, range, ...look)) {
        drawPanel(canvas, next, panel, photograph);
        setAttributes(canvas, { "aria-label": describe(state, words, panel) });
      }

      const hover = state.traits.hover;
      const size = inputSize(next);
      const shown = hover !== null && size !== null && hover < size.width * size.height;
      cross.element.style.display = shown ? "" : "none";
      tip.hidden = !(shown && labelled && state.map);
      if (!shown) return;
      const x = ((hover % size.width) + 0.5) * (layout.width / size.width);
      const y = (Math.floor(hover / size.width) + 0.5) * (layout.height / size.height);
      cross.place(x, y);
      if (!tip.hidden && state.map) {
        const [place, value, error] = reading(next, state.map, hover);
        tip.replaceChildren(
          `${place}\u2002`,
          element("b", {}, value),
          element("span", { class: "muted" }, error ? ` ${error}` : ""),
        );
        const [width, height] = [tip.offsetWidth, tip.offsetHeight];
        tip.style.left = `${Math.max(0, Math.min(layout.width - width, x - 13))}px`;
        tip.style.top = `${y + 14 + height > layout.height ? y - 14 - height : y + 14}px`;
      }
    },
  };
}

const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] } as const;

const clamp = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));

function inputSize(scene: Scene | null): { width: number; height: number } | null {
  const header = scene?.state.map?.header;
  if (header) return { width: header.input_width, height: header.input_height };
  return null;
}

/** The place, the value and its error in words. */
function reading({ words, state }: Scene, map: AttributionMap, position: number): [string, string, string] {
  const { row, column, value, error } = readAt(map, position);
  const digits = digitsFor(state.range, 3);
  const print = map.header.signed ? digits.signed : digits.plain;
  const summed = map.header.channels > 1 && map.header.channel_reduction !== "max_abs";
  const bound =
    error === null ? "" : words(summed ? "picture.error_bound" : "picture.error", { error: digits.plain(error) });
  return [words("picture.place", { row, column }), print(value), bound + digits.power];
}

type Photograph = (picture: Picture, key: string, paint: () => ImageData) => HTMLCanvasElement;

/** Keep the last painted photograph while its picture and theme stay. */
function remember(): Photograph {
  let kept: { picture: Picture; key: string; canvas: HTMLCanvasElement } | null = null;
  return (picture, key, paint) => {
    if (kept?.picture !== picture || kept.key !== key) kept = { picture, key, canvas: toCanvas(paint()) };
    return kept.canvas;
  };
}

/** Draw a panel at the size of the layout, in device pixels. */
export function drawPanel(
  canvas: HTMLCanvasElement,
  { state, layout, ramps, surroundings }: Scene,
  panel: Panel,
  photograph: Photograph = (_, __, paint) => toCanvas(paint()),
  ratio = devicePixelRatio || 1,
): void {
  const width = Math.round(layout.width * ratio);
  const height = Math.round(layout.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, width, height);
  const put = (image: HTMLCanvasElement) => {
    context.imageSmoothingEnabled = width / image.width < COARSE;
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, width, height);
  };
  const { picture, map, traits, range } = state;
  if (picture && panel === "picture") put(photograph(picture, "colour", () => paintPicture(picture)));
  if (picture && panel === "over") {
    put(photograph(picture, `faded ${surroundings.page}`, () => paintFaded(picture, surroundings.page)));
  }
  if (!map || panel === "picture") return;
  const palette =
    panel === "over"
      ? overlayPalette(ramps, map.header.signed, traits.sign, traits.opacity, traits.threshold)
      : opaquePalette(ramps, map.header.signed, traits.sign);
  put(toCanvas(paintMap(map, palette, range)));
}

function toCanvas(image: ImageData): HTMLCanvasElement {
  const canvas = element("canvas", { width: image.width, height: image.height });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

function crosshair() {
  const path = "M-13 0h8M5 0h8M0 -13v8M0 5v8";
  const mark = shape("g", {}, shape("path", { d: path, class: "halo" }), shape("path", { d: path }));
  const element = shape("svg", { class: "cross", "aria-hidden": "true" }, mark);
  return {
    element,
    place: (x: number, y: number) => mark.setAttribute("transform", `translate(${x} ${y})`),
  };
}
