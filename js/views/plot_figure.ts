// A plot as shown, as one PNG: its title, all that is drawn, its status.
import { type Rgb, toCss } from "../lib/colour";
import { element } from "../lib/dom";

const RATIO = 2; // pixels of the file for one of the page
const EDGE = 16;
const HEAD = 30;
const FOOT = 30;
const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity"];
const TEXT_STYLES = ["font-family", "font-size", "font-weight", "text-anchor", "font-variant-numeric", "paint-order"];

interface Told {
  title: string;
  status: string;
  page: Rgb;
}

/** Give the drawings in `plot` to the reader as a file. */
export async function savePlot(plot: HTMLElement, told: Told, name: string): Promise<void> {
  const canvas = await drawPlot(plot, told);
  canvas.toBlob((blob) => {
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    const file = name.replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 80);
    element("a", { href: address, download: `${file}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }, "image/png");
}

export async function drawPlot(plot: HTMLElement, { title, status, page }: Told): Promise<HTMLCanvasElement> {
  const box = plot.getBoundingClientRect();
  const { width, height } = box;
  const canvas = element("canvas", {
    width: (width + 2 * EDGE) * RATIO,
    height: (height + HEAD + FOOT) * RATIO,
  });
  const context = canvas.getContext("2d")!;
  const style = getComputedStyle(plot);
  context.scale(RATIO, RATIO);
  context.fillStyle = toCss(page);
  context.fillRect(0, 0, width + 2 * EDGE, height + HEAD + FOOT);
  const say = (text: string, y: number, font: string, colour: string) => {
    context.font = `${font} ${style.fontFamily}`;
    context.fillStyle = colour;
    context.fillText(text, EDGE, y, width);
  };
  say(title, 20, "400 13px", style.color);
  for (const part of plot.querySelectorAll<SVGSVGElement | HTMLCanvasElement>("svg, canvas")) {
    const place = part.getBoundingClientRect();
    const image = part instanceof HTMLCanvasElement ? part : await pictureOf(part);
    const [x, y] = [EDGE + place.left - box.left, HEAD + place.top - box.top];
    context.globalAlpha = Number(getComputedStyle(part).opacity);
    context.drawImage(image, x, y, place.width, place.height);
  }
  context.globalAlpha = 1;
  say(status, HEAD + height + 20, "400 11px", style.getPropertyValue("--xw-ink-2"));
  return canvas;
}

/** A drawing with its styles written into it, as the page's own do not reach an image. */
async function pictureOf(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [...svg.querySelectorAll("*")];
  [...copy.querySelectorAll<SVGElement>("*")].forEach((part, index) => {
    const style = getComputedStyle(originals[index]!);
    const names = part.localName === "text" ? [...STYLES, ...TEXT_STYLES] : STYLES;
    for (const name of names) part.style.setProperty(name, style.getPropertyValue(name));
    if (style.display === "none") part.style.display = "none";
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const image = new Image();
  image.width = svg.clientWidth * RATIO;
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}
