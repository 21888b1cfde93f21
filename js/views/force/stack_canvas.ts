// The stack itself, painted pixel by pixel: below the output what raises it, above it what lowers it, the strongest
// feature next to it.
import { interpolate, parseHex, type Rgb, type Theme } from "../../lib/colour";
import { element } from "../../lib/dom";
import type { Drawing, Scene } from "./scene";

const RAISE = { light: "#d00d4b", dark: "#ff6484" };
const LOWER = { light: "#1f5fd0", dark: "#5ea6ff" };
const PALEST = { light: 0.78, dark: 0.68 }; // how much of the page is in the weakest band
const ASIDE = 0.84; // the same, where another band stands out
const APART = 6; // pixels of a row that has a gap beside it

export function createStackCanvas() {
  const canvas = element("canvas");
  return {
    element: canvas,
    draw({ force: { header }, stack }: Drawing, { surroundings, local }: Scene) {
      const { columns, geometry, window } = stack!;
      const chosen = local.band === null ? -1 : header.columns.indexOf(local.band);
      const { left, right, top, bottom, y } = geometry;
      const ratio = devicePixelRatio || 1;
      canvas.style.cssText = `left:${left}px;top:${top}px;width:${right - left}px;height:${bottom - top}px`;
      const [width, height] = [columns.count, Math.round((bottom - top) * ratio)];
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext("2d")!;
      const image = context.createImageData(width, height);
      const cells = new Uint32Array(image.data.buffer);
      const heightOf = (value: number) => Math.max(0, Math.min(height, Math.round((y.place(value) - top) * ratio)));
      const { bands, outputs } = columns;
      const tints = tintsOf(bands.length, chosen < 0 ? null : chosen, surroundings.theme, surroundings.page);
      const each = width / (window[1] - window[0]); // pixels of a row
      const begun = (window[0] % 1) * each; // of the first one, to the left of what is in sight
      for (let column = 0; column < width; column++) {
        if (each >= APART * ratio && (column + begun) % each >= each - ratio) continue; // rows that are wide enough stand apart
        let raised = outputs[column]!;
        let lowered = raised;
        bands.forEach((band, rank) => {
          const value = band[column]!;
          if (value === 0) return;
          const from = value > 0 ? raised : lowered;
          const [above, below] =
            value > 0 ? [heightOf(from), heightOf(from - value)] : [heightOf(from - value), heightOf(from)];
          if (value > 0) raised -= value;
          else lowered -= value;
          const tint = (value > 0 ? tints.raise : tints.lower)[rank]!;
          for (let row = above; row < below; row++) cells[row * width + column] = tint;
        });
      }
      context.putImageData(image, 0, 0);
    },
  };
}

/** A colour for each band of either side, as the bytes of a pixel. */
function tintsOf(count: number, chosen: number | null, theme: Theme, page: Rgb) {
  const of = (hex: string) => {
    const steps = interpolate([parseHex(hex), page]);
    return Array.from({ length: count }, (_, rank) => {
      const graded = PALEST[theme] * Math.min(1, rank / Math.max(1, count - 2));
      const share = chosen === null ? graded : rank === chosen ? 0 : ASIDE;
      return bytesOf(steps[Math.round(255 * share)]!);
    });
  };
  return { raise: of(RAISE[theme]), lower: of(LOWER[theme]) };
}

const bytesOf = ([red, green, blue]: Rgb) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
