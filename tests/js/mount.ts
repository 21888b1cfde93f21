// A widget in a page, on a fake model.
import "../../js/saliency_map.css";
import type { AnyWidget } from "@anywidget/types";
import type { Traits } from "../../js/lib/state";
import factory from "../../js/saliency_map";
import { FakeModel, mapFrame, pictureFrame, traits } from "./fake";

export interface Mounted {
  model: FakeModel;
  root: HTMLElement;
  /** Another view of the same model. */
  again(): Promise<HTMLElement>;
  close(): void;
}

interface Options {
  width?: number;
  state?: Record<string, unknown>;
  offline?: boolean;
}

const open: Mounted[] = [];

export async function mount(changes: Partial<Traits> = {}, options: Options = {}): Promise<Mounted> {
  const { width = 900, state = {}, offline = false } = options;
  const model = new FakeModel({ ...traits(changes), picture: pictureFrame(), result: mapFrame(), ...state });
  return mountModel(offline ? Object.assign(model, { offline }) : model, width);
}

export async function mountModel(model: FakeModel, width = 900, widgetFactory: AnyWidget = factory): Promise<Mounted> {
  const make = widgetFactory as () => Exclude<AnyWidget, () => unknown>;
  const widget = make();
  const life = new AbortController();
  await widget.initialize?.({ model, signal: life.signal } as never);
  const view = async () => {
    const el = document.createElement("div");
    el.style.width = `${width}px`;
    await widget.render?.({ model, el, signal: life.signal } as never);
    document.body.append(el); // after it was rendered, as Jupyter does
    life.signal.addEventListener("abort", () => el.remove());
    await drawn();
    return el.firstElementChild as HTMLElement;
  };
  const mounted = { model, root: await view(), again: view, close: () => life.abort() };
  open.push(mounted);
  return mounted;
}

export function closeAll(): void {
  for (const mounted of open.splice(0)) mounted.close();
  document.body.removeAttribute("style");
}

/** After the next frame has been painted. */
export async function drawn(): Promise<void> {
  for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

export const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function named<Kind extends HTMLElement = HTMLElement>(root: Element, name: string): Kind {
  const found = root.querySelector<Kind>(`[aria-label="${name}"]`);
  if (!found) throw new Error(`Nothing is named "${name}".`);
  return found;
}

export const canvases = (root: Element) => [...root.querySelectorAll<HTMLCanvasElement>(".pic canvas")];

/** The colour in the middle of a cell of the input. */
export function pixel(canvas: HTMLCanvasElement, row: number, column: number): [number, number, number] {
  const x = Math.floor(((column + 0.5) / 10) * canvas.width);
  const y = Math.floor(((row + 0.5) / 8) * canvas.height);
  const [red, green, blue] = canvas.getContext("2d")!.getImageData(x, y, 1, 1).data;
  return [red!, green!, blue!];
}

export function slide(input: HTMLInputElement, value: number): void {
  input.value = String(value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

export function release(input: HTMLInputElement): void {
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export function press(target: Element, key: string, more: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

export function point(target: Element, type: string, x: number, y: number): void {
  target.dispatchEvent(
    new PointerEvent(type, { clientX: x, clientY: y, pointerId: 1, button: 0, bubbles: true, cancelable: true }),
  );
}
