// The colour bar: the range in numbers, the histogram of what it colours, handles for clip and threshold, and the
// value under the pointer.
import { type AttributionMap, readAt } from "../lib/attribution";
import { element, setAttributes, shape, write } from "../lib/dom";
import { digitsFor, percent } from "../lib/format";
import { createChange } from "../lib/memo";
import { unitOf } from "../lib/methods";
import { magnitudes } from "../lib/range";
import type { State } from "../lib/state";
import { rankOf } from "../lib/statistics";
import type { Words } from "../lib/words";
import { type Axis, beyond, domainOf, edgeOf, MARGIN, placeOf, TALL, THICK } from "./bar_axis";
import { colourOf, drawColours, drawHistogram, drawTicks } from "./bar_ground";
import { createHandle, type Handle } from "./bar_handle";
import { inputSize } from "./crosshair";
import { armsOf } from "./pixels";
import type { Actions, Scene } from "./scene";

const SHORTEST = 130; // an upright bar, at least

export interface ColourBar {
  element: HTMLElement;
  /** Draw into a given height, where the bar stands upright. */
  draw(scene: Scene, room: number): void;
}

export function createColourBar(actions: Actions, words: Words): ColourBar {
  let held: number | null = null; // end of the range when the hand took the clip
  const clip = createHandle({
    name: words("clip.name"),
    kind: "clip",
    min: 90,
    max: 100,
    step: 0.1,
    now: () => actions.now().traits.clip_percentile,
    take() {
      held = actions.now().range;
    },
    at: (value) => percentileAt(actions.now().map, beyond(value, held ?? Math.abs(value))),
    drag: (clip_percentile) => actions.drag({ clip_percentile }),
    set(clip_percentile) {
      held = null;
      actions.set({ clip_percentile });
    },
  });
  const threshold = createHandle({
    name: words("threshold.name"),
    kind: "fine",
    min: 0,
    max: 1,
    step: 0.01,
    now: () => actions.now().traits.threshold,
    take() {},
    at: (value) => Math.abs(value) / (actions.now().range || 1),
    drag: (share) => actions.drag({ threshold: share }),
    set: (share) => actions.set({ threshold: share }),
  });
  const ground = shape("g");
  const pointer = shape("path", { class: "pointer" });
  const drawing = shape("svg", { role: "group" }, ground, threshold.element, clip.element, pointer);
  const unit = element("div", { class: "unit" });
  const caption = element("div", { class: "cap" });
  const whole = element("div", { class: "bar" }, unit, drawing, caption);
  const retold = createChange();
  const changed = createChange();

  return {
    element: whole,
    draw(scene, room) {
      const { state, layout, ramps } = scene;
      const { map, range, traits } = state;
      whole.classList.toggle("empty", !map || range === 0);
      if (!map || range === 0) return;
      const over = layout.panels.includes("over");
      if (retold(map, range, traits.sign, traits.clip_percentile, traits.threshold, over)) {
        describe(state, words, over, { drawing, unit, caption });
      }
      const vertical = !layout.beneath;
      const width = layout.rail;
      const height = vertical ? Math.max(SHORTEST, room - unit.offsetHeight - caption.offsetHeight - 8) : TALL;
      const [low, high] = domainOf(map.header.signed, traits.sign, Math.max(range, held ?? 0));
      const axis: Axis = { low, high, vertical, length: (vertical ? height : width) - 2 * MARGIN };
      const { sign, clip_percentile } = traits;
      if (changed(map, range, ramps, sign, clip_percentile, traits.threshold, over, width, height, held)) {
        setAttributes(drawing, { width, height, class: vertical ? "vertical" : "horizontal" });
        const arms = armsOf(ramps, map.header.signed, sign);
        ground.replaceChildren(
          drawHistogram(map, sign, axis, width),
          ...drawColours(axis, (value) => colourOf(value, range, arms)),
          ...drawTicks(map, axis, width),
        );
        mark(clip, [-range, range], axis);
        clip.tell(clip_percentile, clipped(state));
        mark(threshold, traits.threshold === 0 ? [0] : [-1, 1].map((side) => side * traits.threshold * range), axis);
        threshold.tell(traits.threshold, percent(traits.threshold));
        threshold.element.style.display = over ? "" : "none";
      }
      setAttributes(pointer, { d: pointAt(state, map, axis) });
    },
  };
}

function percentileAt(map: AttributionMap | null, value: number): number {
  return map?.scale ? rankOf(magnitudes(map), map.stored.length, Math.round(value / map.scale)) : 100;
}

function mark(handle: Handle, values: number[], axis: Axis): void {
  const inside = values.filter((value) => value >= axis.low && value <= axis.high);
  handle.draw(
    inside.map((value) => MARGIN + placeOf(axis, value)),
    axis,
  );
}

const clipped = ({ traits }: State) => `${Number(traits.clip_percentile.toFixed(1))} %`;

function describe(
  state: State,
  words: Words,
  over: boolean,
  { drawing, unit, caption }: { drawing: SVGElement; unit: HTMLElement; caption: HTMLElement },
): void {
  const { map, range, traits } = state;
  if (!map) return;
  const { signed, method, multiply_by_inputs } = map.header;
  const digits = digitsFor(range);
  const print = signed ? digits.signed : digits.plain;
  const [low, high] = domainOf(signed, traits.sign, range);
  const side = signed && traits.sign === "all" ? "±" : "";
  const lines = [
    traits.clip_percentile < 100 ? words("clip", { percent: clipped(state) }) : words("clip.none"),
    over ? words("threshold", { value: side + digits.plain(traits.threshold * range) }) : "",
    words("bar.counts"),
  ];
  write(unit, words(unitOf(method, multiply_by_inputs)) + digits.power);
  lines.forEach((line, index) => {
    const span = caption.children[index] ?? caption.appendChild(element("span"));
    write(span, line);
    setAttributes(span, { hidden: line === "" });
  });
  setAttributes(drawing, {
    "aria-label": words("bar", { low: print(low), high: print(high), unit: unit.textContent }),
  });
}

/** A triangle at the value under the crosshair. */
function pointAt({ traits: { hover, sign } }: State, map: AttributionMap, axis: Axis): string {
  const size = inputSize(map);
  if (hover === null || !size || hover >= size.width * size.height) return "";
  const { value } = readAt(map, hover);
  const shown = sign === "absolute" ? Math.abs(value) : value;
  const place = MARGIN + placeOf(axis, Math.min(axis.high, Math.max(axis.low, shown)));
  return axis.vertical ? `M${THICK + 1} ${place}l7 -4.5v9z` : `M${place} ${edgeOf(axis) - 1}l-4.5 -7h9z`;
}
