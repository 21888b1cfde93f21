// Colour maps: stops from neutral outwards, in even steps of OKLab lightness, made into tables of 256 colours.
import colormaps from "../../xai_widgets/tables/colormaps.json";

export type Rgb = readonly [number, number, number];
export type Theme = "light" | "dark";
export type ColormapName = keyof typeof colormaps;

export const colormapNames = /* @__PURE__ */ Object.keys(colormaps) as ColormapName[];

/** Colours from neutral (0) to the end (255) of each arm. */
export interface Ramps {
  positive: Rgb[];
  negative: Rgb[];
  magnitude: Rgb[];
}

const LEVELS = 256;

export function createRamps(name: string, theme: Theme, page: Rgb): Ramps {
  const { neutral, positive, negative, magnitude } = (colormaps[name as ColormapName] ?? colormaps.red_blue)[theme];
  const centre = neutral ? parseHex(neutral) : page;
  return {
    positive: interpolate([centre, ...positive.map(parseHex)]),
    negative: interpolate([centre, ...negative.map(parseHex)]),
    magnitude: interpolate([page, ...magnitude.map(parseHex)]),
  };
}

export function interpolate(stops: Rgb[], count = LEVELS): Rgb[] {
  const points = stops.map(toOklab);
  return Array.from({ length: count }, (_, index) => {
    const position = (index / (count - 1)) * (points.length - 1);
    const left = Math.min(points.length - 2, Math.floor(position));
    const [from, to] = [points[left]!, points[left + 1]!];
    const share = position - left;
    return fromOklab([0, 1, 2].map((k) => from[k]! + (to[k]! - from[k]!) * share) as unknown as Rgb);
  });
}

export function parseHex(text: string): Rgb {
  return [1, 3, 5].map((start) => Number.parseInt(text.slice(start, start + 2), 16)) as unknown as Rgb;
}

export function toCss([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
}

/** The relative luminance of WCAG. */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue);
}

export function contrast(one: Rgb, other: Rgb): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

export function toOklab([red, green, blue]: Rgb): Rgb {
  const [r, g, b] = [toLinear(red), toLinear(green), toLinear(blue)];
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const medium = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  ];
}

function fromOklab([lightness, a, b]: Rgb): Rgb {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toByte(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    toByte(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    toByte(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

function toLinear(byte: number): number {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function toByte(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}
