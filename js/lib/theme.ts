// Light or dark, by the luminance of the page behind the widget: it holds in any host and in a shadow root.
import { contrast, luminance, type Rgb, type Theme, toCss } from "./colour";

export interface Surroundings {
  theme: Theme;
  page: Rgb;
}

const READABLE = 4.5;

/**
 * Keep theme and page colour on the root whenever the host changes its theme. The function given back is to be called
 * when the root comes into a page, which hosts do after they have asked for the view, or moves in it.
 */
export function followTheme(
  root: HTMLElement,
  signal: AbortSignal,
  changed: (surroundings: Surroundings) => void,
): () => void {
  let last = "";
  const measure = () => {
    if (!root.isConnected) return;
    const page = pageBehind(root);
    const theme: Theme = luminance(page) < 0.18 ? "dark" : "light";
    dress(root, theme, page);
    const now = `${theme} ${page}`;
    if (now === last) return;
    last = now;
    changed({ theme, page });
  };
  let later: ReturnType<typeof setTimeout>;
  const soon = () => {
    requestAnimationFrame(measure);
    clearTimeout(later);
    later = setTimeout(measure, 400); // a style sheet may still be on its way
  };
  const observer = new MutationObserver((records) => {
    if (records.some(changesColours)) soon();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", soon, { signal });
  signal.addEventListener("abort", () => {
    observer.disconnect();
    clearTimeout(later);
  });
  return () => {
    observer.disconnect();
    for (const node of ancestors(root)) observer.observe(node, { attributes: true });
    observer.observe(document.head, { childList: true });
    measure();
  };
}

/** A page also changes its icon, with every message of a kernel. */
function changesColours({ type, addedNodes, removedNodes }: MutationRecord): boolean {
  const styles = (node: Node) => node instanceof Element && node.matches("style, link[rel~=stylesheet]");
  return type === "attributes" || [...addedNodes, ...removedNodes].some(styles);
}

function dress(root: HTMLElement, theme: Theme, page: Rgb): void {
  root.dataset.theme = theme;
  root.style.setProperty("--xw-bg", toCss(page));
  root.style.removeProperty("--xw-ink");
  const ink = parse(getComputedStyle(root).color);
  if (ink && contrast(ink.colour, page) >= READABLE) return;
  root.style.setProperty("--xw-ink", theme === "dark" ? "#e3e3e3" : "#212121"); // the host's ink is for another page
}

function pageBehind(root: HTMLElement): Rgb {
  const layers: Layer[] = [];
  for (const node of ancestors(root)) {
    const layer = parse(getComputedStyle(node).backgroundColor);
    if (!layer || layer.opacity === 0) continue;
    layers.push(layer);
    if (layer.opacity === 1) break;
  }
  return layers.reduceRight<Rgb>(
    (below, { colour, opacity }) =>
      below.map((value, k) => Math.round(value + (colour[k]! - value) * opacity)) as unknown as Rgb,
    canvasOfTheBrowser(),
  );
}

function canvasOfTheBrowser(): Rgb {
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  const dark =
    scheme.includes("dark") && (!scheme.includes("light") || matchMedia("(prefers-color-scheme: dark)").matches);
  return dark ? [18, 18, 18] : [255, 255, 255];
}

/** The elements around the root, inside out, through shadow roots. */
function* ancestors(root: Element): Generator<Element> {
  let node: Node | null = root.parentNode;
  while (node) {
    if (node instanceof Element) yield node;
    node = node instanceof ShadowRoot ? node.host : node.parentNode;
  }
}

interface Layer {
  colour: Rgb;
  opacity: number;
}

let painter: CanvasRenderingContext2D | null = null;

/** Read any CSS colour by painting it. */
function parse(css: string): Layer | null {
  painter ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!painter || !css) return null;
  painter.clearRect(0, 0, 1, 1);
  painter.fillStyle = css;
  painter.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = painter.getImageData(0, 0, 1, 1).data;
  return { colour: [red!, green!, blue!], opacity: alpha! / 255 };
}
