// One panel on a canvas: photograph and map, each enlarged to the size of the layout, in device pixels.
import type { Picture } from "../lib/attribution";
import { element } from "../lib/dom";
import type { Panel } from "./layout";
import { opaquePalette, overlayPalette, paintFaded, paintMap, paintPicture } from "./pixels";
import type { Scene } from "./scene";

const COARSE = 4; // from this enlargement on, the map's own cells are shown

export type PanelPainter = (canvas: HTMLCanvasElement, scene: Scene, panel: Panel, ratio: number) => void;

/** A painter keeps the canvases it works on, and the photograph while its picture and theme stay. */
export function createPanelPainter(): PanelPainter {
  const onMap = element("canvas");
  const onPhotograph = element("canvas");
  let kept: { picture: Picture; key: string } | null = null;
  const photograph = (picture: Picture, key: string, paint: () => ImageData) => {
    if (kept?.picture !== picture || kept.key !== key) put(onPhotograph, paint());
    kept = { picture, key };
    return onPhotograph;
  };

  return (canvas, { state, layout, ramps, surroundings: { page } }, panel, ratio) => {
    resize(canvas, Math.round(layout.width * ratio), Math.round(layout.height * ratio));
    const context = canvas.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, canvas.width, canvas.height);
    const enlarge = (image: HTMLCanvasElement) => {
      context.imageSmoothingEnabled = canvas.width / image.width < COARSE;
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
    };
    const { picture, map, traits, range } = state;
    if (picture && panel === "picture") enlarge(photograph(picture, "colour", () => paintPicture(picture)));
    if (picture && panel === "over") enlarge(photograph(picture, `faded ${page}`, () => paintFaded(picture, page)));
    if (!map || panel === "picture") return;
    const { signed } = map.header;
    const palette =
      panel === "over"
        ? overlayPalette(ramps, signed, traits.sign, traits.opacity, traits.threshold)
        : opaquePalette(ramps, signed, traits.sign);
    put(onMap, paintMap(map, palette, range));
    enlarge(onMap);
  };
}

function put(canvas: HTMLCanvasElement, image: ImageData): void {
  resize(canvas, image.width, image.height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
