// The kernel's image of many curves, coloured and stretched over the plot.
import { element } from "../../lib/dom";
import type { DensityImage } from "../../lib/ice_density";
import { inkOf, type Look } from "./density";
import type { Geometry } from "./layout";

/** Paint it where its first column lies at `first` on the x axis and its last one at `last`. */
export function paintImage(
  context: CanvasRenderingContext2D,
  image: DensityImage,
  [first, last]: [number, number],
  { x, y }: Geometry,
  colour: Look["colour"],
): void {
  const { width, height, header } = image;
  const [left, right] = [x.place(first), x.place(last)];
  const columns = left < right ? width : 1; // one point of the grid is one column
  const wide = columns > 1 ? (right - left) / (columns - 1) : 1;
  const [top, bottom] = [y.place(header.high), y.place(header.low)];
  const source = coloured(image, colour);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, columns, height, left - wide / 2, top, columns * wide, Math.max(1, bottom - top));
}

function coloured({ width, height, shades }: DensityImage, colour: Look["colour"]): HTMLCanvasElement {
  const inks = Uint32Array.from({ length: 256 }, (_, shade) => inkOf(colour, shade / 255, shade > 0));
  const data = new ImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  for (let pixel = 0; pixel < pixels.length; pixel++) pixels[pixel] = inks[shades[pixel]!]!;
  const canvas = element("canvas", { width, height });
  canvas.getContext("2d")?.putImageData(data, 0, 0);
  return canvas;
}
