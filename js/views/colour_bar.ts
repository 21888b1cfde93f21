// The colour bar: the range in numbers, the histogram of what it colours, handles for clip and threshold, and the
// value under the pointer.
import { type AttributionMap, readAt } from "../lib/attribution";
import { type Rgb, toCss } from "../lib/colour";
import { element, focusable, setAttributes, shape } from "../lib/dom";
import { digitsFor, percent } from "../lib/format";
import { createChange } from "../lib/memo";
import { unitOf } from "../lib/methods";
import { magnitudes } from "../lib/range";
import type { Traits } from "../lib/state";
import { histogram, rankOf } from "../lib/statistics";
import type { Words } from "../lib/words";
import { type Axis, beyond, domainOf, placeOf, valueAt } from "./bar_axis";
import { armsOf } from "./pixels";
import type { Actions, Part, Scene } from "./scene";

const THICK = 12;
const MARGIN = 7; // room for the end labels
const BINS = 48;
const STEPS = 64; // colours along the bar
const REACH = 24; // around a handle, where the hand may take it
const LABELS = 50; // width of the tick labels of a vertical bar
const SHORTEST = 130; // height of a vertical bar, at least
const TALL = 74; // height of a horizontal bar
const CLIP = { min: 90, max: 100, step: 0.1 };
const THRESHOLD = { min: 0, max: 1, step: 0.01 };

export interface ColourBar extends Part {
  /** Draw into a given height, where the bar stands upright. */
  draw(scene: Scene, room?: number): void;
}

export function createColourBar(actions: Actions, words: Words): ColourBar {
  const ground = shape("g");
  const marks = shape("g", { class: "marks" });
  const clip = createHandle(words("clip.name"));
  const threshold = createHandle(words("threshold.name"), "fine");
  const pointer = shape("path", { class: "pointer" });
  const drawing = shape("svg", { role: "group" }, ground, marks, threshold.element, clip.element, pointer);
  const unit = element("div", { class: "unit" });
  const caption = element("div", { class: "cap" });
  const whole = element("div", { class: "bar" }, unit, drawing, caption);
  const changed = createChange();
  let axis: Axis = { low: 0, high: 1, vertical: true, length: 1 };
  let held: number | null = null; // end of the range when the hand took the clip

  const pointed = (event: PointerEvent): number => {
    const box = drawing.getBoundingClientRect();
    return valueAt(axis, (axis.vertical ? event.clientY - box.top : event.clientX - box.left) - MARGIN);
  };
  clip.listen({
    ...CLIP,
    value: () => actions.now().traits.clip_percentile,
    take() {
      held = actions.now().range;
    },
    pointed: (event) => percentileAt(actions.now().map, beyond(pointed(event), held ?? 1)),
    drag: (clip_percentile) => actions.drag({ clip_percentile }),
    set(clip_percentile) {
      held = null;
      actions.set({ clip_percentile });
    },
  });
  threshold.listen({
    ...THRESHOLD,
    value: () => actions.now().traits.threshold,
    take() {},
    pointed: (event) => Math.abs(pointed(event)) / (actions.now().range || 1),
    drag: (value) => actions.drag({ threshold: value }),
    set: (value) => actions.set({ threshold: value }),
  });

  return {
    element: whole,
    draw(next, room = 0) {
      const { state, layout, ramps } = next;
      const { map, range, traits } = state;
      const shown = map !== null && range > 0;
      whole.classList.toggle("empty", !shown);
      if (!shown) return;
      const vertical = !layout.narrow;
      const width = layout.rail;
      const over = layout.panels.includes("over");
      describeBar(next, words, drawing, unit, caption, over);
      const height = vertical ? Math.max(SHORTEST, room - unit.offsetHeight - caption.offsetHeight - 8) : TALL;
      const [low, high] = domainOf(map.header.signed, traits.sign, Math.max(range, held ?? 0));
      axis = { low, high, vertical, length: (vertical ? height : width) - 2 * MARGIN };
      if (
        changed(map, range, ramps, traits.sign, traits.clip_percentile, traits.threshold, over, width, height, held)
      ) {
        setAttributes(drawing, { width, height, class: vertical ? "vertical" : "horizontal" });
        ground.replaceChildren(...drawGround(next, axis, width));
        marks.replaceChildren(...drawTicks(map, axis, width));
        placeHandles(next, axis, clip, over ? threshold : null, threshold);
      }
      placePointer(next, axis, pointer);
    },
  };
}

function percentileAt(map: AttributionMap | null, value: number): number {
  if (!map?.scale) return CLIP.max;
  return rankOf(magnitudes(map), map.stored.length, Math.round(value / map.scale));
}

/** Start of the colours, across the bar. */
const edgeOf = (axis: Axis) => (axis.vertical ? 0 : TALL - THICK - 20);

function drawGround({ state, ramps }: Scene, axis: Axis, width: number): SVGElement[] {
  const map = state.map!;
  const { stored, scale, header } = map;
  const edge = edgeOf(axis);
  const room = axis.vertical ? width - THICK - LABELS - 6 : edge - 6;
  const magnitude = state.traits.sign === "absolute" && header.signed;
  const values = magnitude ? stored.map((value) => (value < 0 ? -value : value)) : stored;
  const counts = histogram(values, scale, axis.low, axis.high, BINS);
  const most = Math.log1p(Math.max(...counts));
  const size = axis.length / BINS;
  const bars = Array.from(counts, (count, bin) => {
    const length = ((Math.log1p(count) / most) * room).toFixed(1);
    const from = (MARGIN + (axis.vertical ? axis.length - (bin + 1) * size : bin * size)).toFixed(2);
    const thick = Math.max(0.5, size - 0.6).toFixed(2);
    return axis.vertical
      ? `M${THICK + 5} ${from}h${length}v${thick}h-${length}z`
      : `M${from} ${edge - 4}v-${length}h${thick}v${length}z`;
  });
  const [positive, negative] = armsOf(ramps, header.signed, state.traits.sign);
  const colourAt = (value: number): string => {
    const arm: Rgb[] = (value < 0 ? negative : positive) ?? (positive ?? negative)!;
    return toCss(arm[Math.min(255, Math.round((255 * Math.abs(value)) / state.range))]!);
  };
  const step = axis.length / STEPS;
  const cells = Array.from({ length: STEPS }, (_, index) => {
    const fill = colourAt(valueAt(axis, (index + 0.5) * step));
    const start = MARGIN + index * step;
    const box = axis.vertical
      ? { x: 0, y: start, width: THICK, height: step + 0.5 }
      : { x: start, y: edge, width: step + 0.5, height: THICK };
    return shape("rect", { ...box, fill });
  });
  const outline = axis.vertical
    ? { x: 0.5, y: MARGIN, width: THICK - 1, height: axis.length }
    : { x: MARGIN, y: edge + 0.5, width: axis.length, height: THICK - 1 };
  return [
    shape("path", { d: bars.join(""), fill: "var(--xw-all-soft)" }),
    ...cells,
    shape("rect", { ...outline, fill: "none", stroke: "var(--xw-rule)" }),
  ];
}

function drawTicks(map: AttributionMap, axis: Axis, width: number): SVGElement[] {
  const digits = digitsFor(Math.max(axis.high, -axis.low));
  const print = map.header.signed ? digits.signed : digits.plain;
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = axis.low + share * (axis.high - axis.low);
    const place = MARGIN + placeOf(axis, value);
    const anchor = axis.vertical || share === 1 ? "end" : share === 0 ? "start" : "middle";
    const at = axis.vertical
      ? { x: width, y: place + 4 }
      : { x: place + (share === 1 ? MARGIN : share === 0 ? -MARGIN : 0), y: TALL - 4 };
    return shape("text", { ...at, "text-anchor": anchor }, print(value));
  });
}

interface Handle {
  element: SVGGElement;
  listen(road: HandleRoad): void;
  /** Marks at these places, and around them where the hand may take hold. */
  draw(places: number[], axis: Axis, overhang: number): void;
  tell(value: number, text: string, range: { min: number; max: number }): void;
}

interface HandleRoad {
  min: number;
  max: number;
  step: number;
  value(): number;
  take(): void;
  pointed(event: PointerEvent): number;
  drag(value: number): void;
  set(value: number): void;
}

const directions: Record<string, number> = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 };

function createHandle(name: string, kind = ""): Handle {
  const grips = shape("g", { class: "grips" });
  const lines = shape("path", { class: "lines" });
  const group = shape(
    "g",
    { class: `handle ${kind}`, role: "slider", tabindex: 0, "aria-label": name, ...focusable },
    grips,
    lines,
  );
  return {
    element: group,
    listen({ min, max, step, value, take, pointed, drag, set }) {
      const bound = (wanted: number) => Math.min(max, Math.max(min, Math.round(wanted / step) * step));
      let last: number | null = null;
      group.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        group.setPointerCapture(event.pointerId);
        group.focus({ preventScroll: true });
        take();
        last = value();
        event.preventDefault();
      });
      group.addEventListener("pointermove", (event) => {
        if (last === null) return;
        last = bound(pointed(event));
        drag(last);
      });
      const release = () => {
        if (last !== null) set(last);
        last = null;
      };
      group.addEventListener("pointerup", release);
      group.addEventListener("pointercancel", release);
      group.addEventListener("keydown", (event) => {
        const direction = directions[event.key];
        if (direction) set(bound(value() + direction * step * (event.shiftKey ? 10 : 1)));
        else if (event.key === "Home") set(min);
        else if (event.key === "End") set(max);
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
    },
    draw(places, axis, overhang) {
      const edge = edgeOf(axis);
      const [from, size] = [edge - overhang, THICK + 2 * overhang];
      const across = places.map((place) => MARGIN + place);
      setAttributes(lines, {
        d: across.map((place) => (axis.vertical ? `M${from} ${place}h${size}` : `M${place} ${from}v${size}`)).join(""),
      });
      const most = axis.length + 2 * MARGIN - REACH;
      const starts = across.map((place) => Math.min(most, Math.max(0, place - REACH / 2)));
      grips.replaceChildren(
        ...starts.map((start) => {
          const corner = axis.vertical
            ? { x: (THICK - REACH) / 2, y: start }
            : { x: start, y: edge + (THICK - REACH) / 2 };
          return shape("rect", { ...corner, width: REACH, height: REACH });
        }),
      );
    },
    tell(value, text, { min, max }) {
      setAttributes(group, {
        "aria-valuenow": value,
        "aria-valuemin": min,
        "aria-valuemax": max,
        "aria-valuetext": text,
      });
    },
  };
}

function placeHandles({ state }: Scene, axis: Axis, clip: Handle, shown: Handle | null, threshold: Handle): void {
  const { range, traits } = state;
  const inside = (value: number) => value >= axis.low && value <= axis.high && value !== 0;
  const ends = [-range, range].filter(inside).map((value) => placeOf(axis, value));
  clip.draw(ends, axis, 3);
  clip.tell(traits.clip_percentile, clipText(traits), CLIP);
  threshold.element.style.display = shown ? "" : "none";
  if (!shown) return;
  const from = traits.threshold * range;
  const both = from === 0 ? [0] : [-from, from].filter(inside);
  threshold.draw(
    both.map((value) => placeOf(axis, value)),
    axis,
    0,
  );
  threshold.tell(traits.threshold, percent(traits.threshold), THRESHOLD);
}

const clipText = ({ clip_percentile }: Traits) => `${Number(clip_percentile.toFixed(1))} %`;

function describeBar(
  { state }: Scene,
  words: Words,
  drawing: SVGElement,
  unit: HTMLElement,
  caption: HTMLElement,
  over: boolean,
): void {
  const { map, range, traits } = state;
  const { header } = map!;
  const digits = digitsFor(range);
  const [low, high] = domainOf(header.signed, traits.sign, range);
  unit.textContent = words(unitOf(header.method, header.multiply_by_inputs)) + digits.power;
  const clipped = traits.clip_percentile < CLIP.max ? words("clip", { percent: clipText(traits) }) : words("clip.none");
  const from = words("threshold", {
    value: (header.signed && traits.sign === "all" ? "±" : "") + digitsFor(range, 2).plain(traits.threshold * range),
  });
  caption.replaceChildren(
    element("span", {}, clipped),
    element("span", {}, over ? from : ""),
    element("span", {}, words("bar.counts")),
  );
  const print = header.signed ? digits.signed : digits.plain;
  setAttributes(drawing, {
    "aria-label": words("bar", { low: print(low), high: print(high), unit: unit.textContent }),
  });
}

function placePointer({ state }: Scene, axis: Axis, pointer: SVGPathElement): void {
  const { hover } = state.traits;
  const map = state.map!;
  const inside = hover !== null && hover < map.header.input_height * map.header.input_width;
  pointer.style.display = inside ? "" : "none";
  if (!inside) return;
  const { value } = readAt(map, hover);
  const shown = state.traits.sign === "absolute" ? Math.abs(value) : value;
  const place = MARGIN + placeOf(axis, Math.min(axis.high, Math.max(axis.low, shown)));
  const edge = edgeOf(axis);
  setAttributes(pointer, {
    d: axis.vertical ? `M${THICK + 1} ${place}l7 -4.5v9z` : `M${place} ${edge - 1}l-4.5 -7h9z`,
  });
}
