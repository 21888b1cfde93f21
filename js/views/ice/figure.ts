// The plot as shown, as one PNG: caption, curves, lines, status.
import { toCss } from "../../lib/colour";
import { element } from "../../lib/dom";
import { titleOf } from "./chips";
import { statusPhrases } from "./describe";
import type { Scene } from "./scene";

const RATIO = 2; // pixels of the file for one of the page
const EDGE = 16;
const HEAD = 30;
const FOOT = 30;
const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity"];
const TEXT_STYLES = ["font-family", "font-size", "font-weight", "text-anchor", "font-variant-numeric", "paint-order"];

export async function saveFigure(root: HTMLElement, scene: Scene): Promise<void> {
  const canvas = await drawFigure(root, scene);
  canvas.toBlob((blob) => {
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    const name = `ice ${scene.state.curves?.header.feature}`.replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 80);
    element("a", { href: address, download: `${name}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }, "image/png");
}

export async function drawFigure(root: HTMLElement, scene: Scene): Promise<HTMLCanvasElement> {
  const { width, height } = scene.drawing!.geometry;
  const canvas = element("canvas", {
    width: (width + 2 * EDGE) * RATIO,
    height: (height + HEAD + FOOT) * RATIO,
  });
  const context = canvas.getContext("2d")!;
  const style = getComputedStyle(root);
  const plot = root.querySelector<HTMLElement>(".plot")!;
  const box = plot.getBoundingClientRect();
  context.scale(RATIO, RATIO);
  context.fillStyle = toCss(scene.surroundings.page);
  context.fillRect(0, 0, width + 2 * EDGE, height + HEAD + FOOT);
  const say = (text: string, y: number, font: string, colour: string) => {
    context.font = `${font} ${style.fontFamily}`;
    context.fillStyle = colour;
    context.fillText(text, EDGE, y, width);
  };
  say(titleOf(scene.drawing!, scene), 20, "400 13px", style.color);
  for (const part of plot.querySelectorAll<SVGSVGElement | HTMLCanvasElement>("svg, canvas")) {
    const place = part.getBoundingClientRect();
    const image = part instanceof HTMLCanvasElement ? part : await pictureOf(part);
    const [x, y] = [EDGE + place.left - box.left, HEAD + place.top - box.top];
    context.globalAlpha = Number(getComputedStyle(part).opacity);
    context.drawImage(image, x, y, place.width, place.height);
  }
  context.globalAlpha = 1;
  const { state, drawing, words } = scene;
  const status = statusPhrases(state, drawing, words).map(({ text }) => text);
  say(status.join(", "), HEAD + height + 20, "400 11px", style.getPropertyValue("--xw-ink-2"));
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
