// The picture as shown, as one PNG: caption, panels, colour bar, status.
import { toCss } from "../lib/colour";
import { element } from "../lib/dom";
import { digitsFor, short } from "../lib/format";
import { unitOf } from "../lib/methods";
import type { State } from "../lib/state";
import { type Axis, domainOf, placeOf, valueAt } from "./bar_axis";
import { colourOf } from "./bar_ground";
import { methodName } from "./describe";
import { createPanelPainter } from "./panel_canvas";
import { armsOf } from "./pixels";
import type { Scene } from "./scene";
import { statusText } from "./sentence";

const RATIO = 2; // pixels of the file for one of the page
const EDGE = 16;
const HEAD = 30;
const FOOT = 34;
const BAR = 12;
const LABELS = 58;

export function drawFigure(scene: Scene, root: HTMLElement): HTMLCanvasElement {
  const { layout, words, state, surroundings } = scene;
  const map = state.map!;
  const columns = layout.panels.length;
  const bar = state.range > 0 ? EDGE + BAR + LABELS : 0;
  const width = Math.max(420, 2 * EDGE + columns * layout.width + (columns - 1) * EDGE + bar);
  const height = HEAD + layout.height + FOOT + 26;
  const canvas = element("canvas", { width: width * RATIO, height: height * RATIO });
  const context = canvas.getContext("2d")!;
  const style = getComputedStyle(root);
  const write = (text: string, x: number, y: number, size: number, colour: string, weight = 400, room?: number) => {
    context.font = `${weight} ${size}px ${style.fontFamily}`;
    context.fillStyle = colour;
    context.fillText(text, x, y, room);
  };
  const [ink, pale] = [style.color, style.getPropertyValue("--xw-ink-2")];
  context.scale(RATIO, RATIO);
  context.fillStyle = toCss(surroundings.page);
  context.fillRect(0, 0, width, height);
  write(
    words("figure.title", { method: methodName(map, words), target: map.header.target_name }),
    EDGE,
    20,
    13,
    ink,
    600,
    width - 2 * EDGE,
  );

  const drawn = element("canvas");
  const paint = createPanelPainter();
  layout.panels.forEach((panel, index) => {
    const x = EDGE + index * (layout.width + EDGE);
    paint(drawn, scene, panel, RATIO);
    context.drawImage(drawn, x, HEAD, layout.width, layout.height);
    write(words(`title.${panel}`), x, HEAD + layout.height + 16, 11, pale);
  });
  if (bar)
    drawBar(context, scene, { x: 2 * EDGE + columns * layout.width + (columns - 1) * EDGE, y: HEAD }, write, ink);
  const { clip_percentile } = state.traits;
  const clipped = clip_percentile < 100 ? [words("clip", { percent: `${short(clip_percentile)} %` })] : [];
  const told = [statusText(state, words), ...clipped].join(", ");
  write(told, EDGE, height - 14, 11, pale, 400, width - 2 * EDGE);
  return canvas;
}

type Write = (text: string, x: number, y: number, size: number, colour: string) => void;

function drawBar(
  context: CanvasRenderingContext2D,
  { state, layout, ramps, words }: Scene,
  corner: { x: number; y: number },
  write: Write,
  ink: string,
): void {
  const { map, range, traits } = state;
  const { header } = map!;
  const [low, high] = domainOf(header.signed, traits.sign, range);
  const axis: Axis = { low, high, vertical: true, length: layout.height };
  const arms = armsOf(ramps, header.signed, traits.sign);
  for (let y = 0; y < layout.height; y++) {
    context.fillStyle = colourOf(valueAt(axis, y + 0.5), range, arms);
    context.fillRect(corner.x, corner.y + y, BAR, 1);
  }
  const digits = digitsFor(range);
  const print = header.signed ? digits.signed : digits.plain;
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const value = low + share * (high - low);
    const y = corner.y + Math.min(layout.height - 1, Math.max(8, placeOf(axis, value) + 4));
    write(print(value), corner.x + BAR + 6, y, 11, ink);
  }
  context.textAlign = "right";
  const unit = words(unitOf(header.method, header.multiply_by_inputs)) + digits.power;
  write(unit, corner.x + BAR + LABELS, corner.y + layout.height + 16, 11, ink);
  context.textAlign = "left";
}

/** Give the figure to the reader as a file. */
export function saveFigure(canvas: HTMLCanvasElement, { map }: State): void {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    const words = [map?.header.method, map?.header.target_name].join(" ");
    const name = words.replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 80);
    element("a", { href: address, download: `${name}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }, "image/png");
}
