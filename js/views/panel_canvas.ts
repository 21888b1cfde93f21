// One panel on a canvas: photograph and map, each enlarged to the size of the layout, in device pixels.
import type { Picture } from "../lib/attribution";
import { element } from "../lib/dom";
import type { Panel } from "./layout";
import { opaquePalette, overlayPalette, paintFaded, paintMap, paintPicture } from "./pixels";
import type { Scene } from "./scene";

const COARSE = 4; // from this enlargement on, the map's own cells are shown

type Photograph = (picture: Picture, key: string, paint: () => ImageData) => HTMLCanvasElement;

const paintAnew: Photograph = (_, __, paint) => toCanvas(paint());

/** Keep the last painted photograph while its picture and theme stay. */
export function rememberPhotograph(): Photograph {
  let kept: { picture: Picture; key: string; canvas: HTMLCanvasElement } | null = null;
  return (picture, key, paint) => {
    if (kept?.picture !== picture || kept.key !== key) kept = { picture, key, canvas: toCanvas(paint()) };
    return kept.canvas;
  };
}

export function drawPanel(
  canvas: HTMLCanvasElement,
  { state, layout, ramps, surroundings: { page } }: Scene,
  panel: Panel,
  ratio: number,
  photograph = paintAnew,
): void {
  const width = Math.round(layout.width * ratio);
  const height = Math.round(layout.height * ratio);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
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
  if (picture && panel === "over") put(photograph(picture, `faded ${page}`, () => paintFaded(picture, page)));
  if (!map || panel === "picture") return;
  const { signed } = map.header;
  const palette =
    panel === "over"
      ? overlayPalette(ramps, signed, traits.sign, traits.opacity, traits.threshold)
      : opaquePalette(ramps, signed, traits.sign);
  put(toCanvas(paintMap(map, palette, range)));
}

function toCanvas(image: ImageData): HTMLCanvasElement {
  const canvas = element("canvas", { width: image.width, height: image.height });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}
