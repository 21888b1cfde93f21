// Numbers to pixels: the map through a table of colours, the picture faded towards the page.
import type { AttributionMap, Picture } from "../lib/attribution";
import type { Ramps, Rgb } from "../lib/colour";
import type { Sign } from "../lib/state";

/** RGBA of every level from 0 to 255 of the range, for values above and below zero. */
export interface Palette {
  positive: Uint32Array;
  negative: Uint32Array;
}

const LEVELS = 256;
const FADED = 0.6; // contrast that the picture keeps under the map
const SOFT = 0.45; // share of the range over which the overlay becomes opaque
const OVERLAY_LEVELS = [128, 204] as const; // colours that stay apart from a grey picture

/** The arms of the map in use: a magnitude has one, a sign that is not wanted has none. */
export function armsOf(ramps: Ramps, signed: boolean, sign: Sign): [Rgb[] | null, Rgb[] | null] {
  if (!signed || sign === "absolute") return [ramps.magnitude, ramps.magnitude];
  return [sign === "negative" ? null : ramps.positive, sign === "positive" ? null : ramps.negative];
}

export function opaquePalette(ramps: Ramps, signed: boolean, sign: Sign): Palette {
  const [positive, negative] = armsOf(ramps, signed, sign);
  const neutral = (positive ?? negative)![0]!;
  const table = (arm: Rgb[] | null) =>
    Uint32Array.from({ length: LEVELS }, (_, level) => pack(arm ? arm[level]! : neutral, 255));
  return { positive: table(positive), negative: table(negative) };
}

export function overlayPalette(ramps: Ramps, signed: boolean, sign: Sign, opacity: number, threshold: number): Palette {
  const width = Math.max(1 / LEVELS, Math.min(SOFT, 1 - threshold));
  const [lowest, highest] = OVERLAY_LEVELS;
  const table = (arm: Rgb[] | null) =>
    Uint32Array.from({ length: LEVELS }, (_, level) => {
      const value = level / (LEVELS - 1);
      if (!arm || value < threshold || level === 0) return 0;
      const rise = Math.min(1, (value - threshold) / width);
      const alpha = opacity * rise * rise * (3 - 2 * rise);
      return pack(arm[Math.min(highest, Math.max(lowest, level))]!, Math.round(255 * alpha));
    });
  const [positive, negative] = armsOf(ramps, signed, sign);
  return { positive: table(positive), negative: table(negative) };
}

/** Colour a map whose range ends at `end`. */
export function paintMap({ stored, scale, width, height }: AttributionMap, palette: Palette, end: number): ImageData {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const factor = end > 0 ? ((LEVELS - 1) * scale) / end : 0;
  const { positive, negative } = palette;
  for (let index = 0; index < stored.length; index++) {
    const level = stored[index]! * factor;
    pixels[index] =
      level < 0
        ? negative[level < -254.5 ? 255 : (0.5 - level) | 0]!
        : positive[level > 254.5 ? 255 : (level + 0.5) | 0]!;
  }
  return image;
}

/** The picture in grey, its contrast reduced towards the page. */
export function paintFaded(picture: Picture, page: Rgb): ImageData {
  return paintPicture(picture, ([red, green, blue]) => {
    const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
    return page.map((value) => value + (grey - value) * FADED) as unknown as Rgb;
  });
}

export function paintPicture(
  { rgb, width, height }: Picture,
  change: (colour: Rgb) => Rgb = (colour) => colour,
): ImageData {
  const image = new ImageData(width, height);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    image.data.set(change([rgb[from]!, rgb[from + 1]!, rgb[from + 2]!]), to);
    image.data[to + 3] = 255;
  }
  return image;
}

function pack([red, green, blue]: Rgb, alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
