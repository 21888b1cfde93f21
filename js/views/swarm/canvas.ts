// The dots on a canvas: each in its colour, those of selected rows ringed above them; or the picture of very many.
import { layOver } from "../../lib/canvas";
import { parseHex, type Rgb, toCss } from "../../lib/colour";
import { element } from "../../lib/dom";
import { NOBODY, type Picture } from "../../lib/swarm_frame";
import type { Drawing, Geometry } from "./scene";

const EDGE = 5; // around the plot, for dots on its edge
const RADIUS = 2.1;
const RING = 1.3;
const PALEST = 0.5; // opacity of a cell with one dot, where density is shown
const LEAST = 0.22; // of one with few selected dots

export interface DotsCanvas {
  element: HTMLCanvasElement;
  draw(drawing: Drawing, given: { style: CSSStyleDeclaration; shares?: Uint8Array | null }): void;
}

/** `shaded` where the picture of many is paler where there are few. */
export function createAllDots(shaded: boolean): DotsCanvas {
  const canvas = element("canvas", { "aria-hidden": "true" });
  return {
    element: canvas,
    draw({ scatter, dots, geometry, inks }) {
      const context = layOver(canvas, geometry, EDGE, devicePixelRatio || 1);
      if (!context) return;
      if (scatter.picture) {
        const { codes, shades } = scatter.picture;
        enlarge(context, geometry, scatter.picture, (cell) => {
          const opacity = shaded ? PALEST + ((1 - PALEST) * shades[cell]!) / 255 : 1;
          return packed(inks[codes[cell]!]!, opacity);
        });
        return;
      }
      const css = inks.map(toCss);
      for (let dot = dots.count - 1; dot >= 0; dot--) {
        disc(context, dots.across[dot]!, dots.down[dot]!, RADIUS, css[dots.codes[dot]!]!);
      }
    },
  };
}

export function createChosenDots(): DotsCanvas {
  const canvas = element("canvas", { "aria-hidden": "true" });
  return {
    element: canvas,
    draw({ scatter, dots, geometry, inks, marks }, { style, shares }) {
      const context = layOver(canvas, geometry, EDGE, devicePixelRatio || 1);
      if (!context) return;
      const amber = style.getPropertyValue("--xw-sel").trim();
      if (scatter.picture) {
        if (!shares) return;
        const colour = parseHex(amber);
        enlarge(context, geometry, scatter.picture, (cell) => {
          const share = shares[cell]! / 255;
          return share ? packed(colour, LEAST + (1 - LEAST) * share) : 0;
        });
        return;
      }
      const some = Array.from(marks ?? []).flatMap((mark, dot) => (mark ? [dot] : []));
      for (const dot of some) disc(context, dots.across[dot]!, dots.down[dot]!, RADIUS + RING, amber);
      const css = inks.map(toCss);
      for (const dot of some.reverse()) {
        disc(context, dots.across[dot]!, dots.down[dot]!, RADIUS, css[dots.codes[dot]!]!);
      }
    },
  };
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fill();
}

/** Draw a picture over the plot; a cell also colours its empty neighbours, so that a single dot is seen. */
function enlarge(
  context: CanvasRenderingContext2D,
  { left, right, top, bottom }: Geometry,
  { width, height, owners }: Picture,
  inkOf: (cell: number) => number,
): void {
  const data = new ImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  for (let cell = 0; cell < pixels.length; cell++) if (owners[cell] !== NOBODY) pixels[cell] = inkOf(cell);
  const single = pixels.slice();
  for (let cell = 0; cell < pixels.length; cell++) {
    if (owners[cell] !== NOBODY) continue;
    const column = cell % width;
    pixels[cell] =
      (column && single[cell - 1]) ||
      (column < width - 1 && single[cell + 1]) ||
      single[cell - width] ||
      single[cell + width] ||
      0;
  }
  const canvas = element("canvas", { width, height });
  canvas.getContext("2d")?.putImageData(data, 0, 0);
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, left, top, right - left, bottom - top);
}

/** A colour as the bytes of a pixel. */
const packed = ([red, green, blue]: Rgb, opacity: number) =>
  ((Math.round(255 * opacity) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
