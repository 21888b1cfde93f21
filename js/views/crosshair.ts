// The crosshair: where it is, how the arrow keys move it, and what it reads.
import { type AttributionMap, readAt } from "../lib/attribution";
import { shape } from "../lib/dom";
import { digitsFor } from "../lib/format";
import type { State } from "../lib/state";
import type { Words } from "../lib/words";

const LEAP = 10; // pixels with Shift

export interface Size {
  width: number;
  height: number;
}

/** The size of the input, whose pixels the crosshair visits. */
export function inputSize(map: AttributionMap | null): Size | null {
  return map && { width: map.header.input_width, height: map.header.input_height };
}

const arrows: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Where a key moves the crosshair: null is away, undefined not at all. The first arrow shows it in the middle. */
export function moved(
  hover: number | null,
  { width, height }: Size,
  key: string,
  leap: boolean,
): number | null | undefined {
  if (key === "Escape") return hover === null ? undefined : null;
  const arrow = arrows[key];
  if (!arrow) return undefined;
  if (hover === null) return Math.floor(height / 2) * width + Math.floor(width / 2);
  const step = leap ? LEAP : 1;
  const row = within(Math.floor(hover / width) + arrow[0] * step, height);
  return row * width + within((hover % width) + arrow[1] * step, width);
}

const within = (value: number, size: number) => Math.min(size - 1, Math.max(0, value));

/** The place, the value, and its error in words. */
export function reading(
  { range }: State,
  map: AttributionMap,
  position: number,
  words: Words,
): [string, string, string] {
  const { row, column, value, error } = readAt(map, position);
  const digits = digitsFor(range, 3);
  const print = map.header.signed ? digits.signed : digits.plain;
  const summed = map.header.channels > 1 && map.header.channel_reduction !== "max_abs";
  const spread =
    error === null ? "" : words(summed ? "picture.error_bound" : "picture.error", { error: digits.plain(error) });
  return [words("picture.place", { row, column }), print(value), spread + digits.power];
}

export function createCrosshair() {
  const path = "M-13 0h8M5 0h8M0 -13v8M0 5v8";
  const mark = shape("g", {}, shape("path", { d: path, class: "halo" }), shape("path", { d: path }));
  const element = shape("svg", { class: "cross", "aria-hidden": "true" }, mark);
  return {
    element,
    place(x: number, y: number) {
      element.style.display = "";
      mark.setAttribute("transform", `translate(${x} ${y})`);
    },
    hide() {
      element.style.display = "none";
    },
  };
}
