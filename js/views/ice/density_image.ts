// The kernel's image of many curves, coloured and stretched over the plot.
import { element } from "../../lib/dom";
import type { DensityImage } from "../../lib/ice_density";
import { type Look, opacityOf } from "./density";
import type { Geometry } from "./layout";

/** Paint it where its first column lies at `first` on the x axis and its last one at `last`. */
export function paintImage(
  context: CanvasRenderingContext2D,
  image: DensityImage,
  [first, last]: [number, number],
  { x, y }: Geometry,
  look: Look,
): void {
  const { width, height, header } = image;
  const coloured = element("canvas", { width, height });
  coloured.getContext("2d")?.putImageData(colour(image, look), 0, 0);
  const [left, right] = [x.place(first), x.place(last)];
  const columns = left < right ? width : 1; // one point of the grid is one column
  const wide = columns > 1 ? (right - left) / (columns - 1) : 1;
  const [top, bottom] = [y.place(header.high), y.place(header.low)];
  context.drawImage(coloured, 0, 0, columns, height, left - wide / 2, top, columns * wide, Math.max(1, bottom - top));
}

function colour({ width, height, shades, header }: DensityImage, { colour: [red, green, blue], full }: Look) {
  const inks = Uint32Array.from({ length: 256 }, (_, shade) => {
    const count = Math.expm1((shade / 255) * Math.log1p(header.most));
    return ((Math.round(255 * opacityOf(Math.min(count, full), full)) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
  const data = new ImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  for (let pixel = 0; pixel < pixels.length; pixel++) pixels[pixel] = inks[shades[pixel]!]!;
  return data;
}
