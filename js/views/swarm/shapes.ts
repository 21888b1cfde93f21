// The boxes and lassos on the plot, which a hand or keys move; keys also resize them.
import { focusable, focusedIn, setAttributes, shape } from "../../lib/dom";
import { arrows, LEAP, placeOfHand, taken, tidy } from "../../lib/handling";
import { endsOf, type Shape } from "../../lib/swarm_brush";
import type { Key, Words } from "../../lib/words";
import type { Actions, Drawing, Kind, Layer } from "./scene";

const STEPS = 100; // of the arrow keys, from end to end of an axis
const HALF = 24; // steps from the middle of a new box to its sides

export function createShapes(actions: Actions, words: Words, kind: Kind): Layer {
  const whole = shape("g", { class: "brushes" });
  const parts: Layer[] = [];
  return {
    element: whole,
    draw(drawing, scene) {
      const { brush } = scene.state.traits;
      while (parts.length > brush.length) parts.pop()!.element.remove();
      while (parts.length < brush.length) {
        const part = createShape(parts.length, actions, words, kind);
        parts.push(part);
        whole.append(part.element);
      }
      for (const part of parts) part.draw(drawing, scene);
    },
  };
}

function createShape(index: number, actions: Actions, words: Words, kind: Kind): Layer {
  const outline = shape("path", { class: "body" });
  const group = shape("g", { class: "brush", tabindex: 0, role: "application", ...focusable }, outline);
  let drawing: Drawing | null = null;
  let pull: { from: Shape; place: [number, number] } | null = null;

  const mine = () => actions.now().traits.brush[index];
  const change = (changed: Shape, moving = false) =>
    actions.brush(
      actions.now().traits.brush.map((other, at) => (at === index ? changed : other)),
      moving,
    );
  const remove = () => {
    const plot = group.closest<HTMLElement>(".plot");
    const focused = plot ? focusedIn(plot) : null;
    actions.brush(actions.now().traits.brush.filter((_, at) => at !== index));
    if (focused) plot?.querySelector<SVGElement>(".catcher")?.focus({ preventScroll: true });
  };
  group.addEventListener("pointerdown", (event) => {
    const from = mine();
    if (event.button !== 0 || !drawing || !from || event.shiftKey || event.ctrlKey || event.metaKey) return;
    group.setPointerCapture(event.pointerId);
    group.focus({ preventScroll: true });
    pull = { from, place: placeOfHand(event, group) };
    taken(event);
  });
  group.addEventListener("pointermove", (event) => {
    if (!pull || !drawing) return;
    const [across, down] = placeOfHand(event, group);
    const { x, y } = drawing.geometry;
    const way = [x.value(across) - x.value(pull.place[0]), y.value(down) - y.value(pull.place[1])] as const;
    change(moved(pull.from, way, drawing), true);
    event.stopPropagation();
  });
  const release = () => {
    const now = mine();
    if (pull && now) change(now);
    pull = null;
  };
  group.addEventListener("pointerup", release);
  group.addEventListener("pointercancel", release);
  group.addEventListener("dblclick", () => actions.brush([]));
  group.addEventListener("keydown", (event) => {
    const now = mine();
    if (!drawing || !now) return;
    const arrow = arrows[event.key];
    if (arrow) {
      const steps = event.shiftKey ? LEAP : 1;
      const way = [arrow[0] * steps, arrow[1] * steps] as const;
      const [across, up] = stepsOf(drawing);
      // up is up on the screen, whichever way the axis goes
      const rises = drawing.geometry.y.place(1) < drawing.geometry.y.place(0) ? 1 : -1;
      if (event.altKey) change(resized(now, [way[0] * across, way[1] * up], drawing));
      else change(moved(now, [way[0] * across, way[1] * up * rises], drawing));
    } else if (["Delete", "Backspace", "Escape"].includes(event.key)) remove();
    else return;
    taken(event);
  });

  return {
    element: group,
    draw(now, { state }) {
      drawing = now;
      const { x, y } = state.traits.brush[index]!;
      const { geometry } = now;
      const corners = x.length === 2 ? boxCorners(x, y) : x.map((at, corner) => [at, y[corner]!] as const);
      const places = corners.map(([at, up]) => `${geometry.x.place(at).toFixed(1)} ${geometry.y.place(up).toFixed(1)}`);
      setAttributes(outline, { d: `M${places.join("L")}Z` });
      const [from, to] = endsOf(x);
      const print = (value: number) =>
        tidy(value, geometry.x.high - geometry.x.low)
          .toString()
          .replace("-", "\u2212");
      const told = { name: String(index + 1), from: print(from), to: print(to) };
      setAttributes(group, { "aria-label": words(`${kind.prefix}shape` as Key, told) });
    },
  };
}

const boxCorners = ([left, right]: number[], [low, high]: number[]) =>
  [
    [left!, low!],
    [right!, low!],
    [right!, high!],
    [left!, high!],
  ] as const;

const stepsOf = ({ geometry: { x, y } }: Drawing): [number, number] => [
  Math.abs(x.high - x.low) / STEPS,
  Math.abs(y.high - y.low) / STEPS,
];

/** The shape further on, no further than the plot goes. */
function moved({ x, y, op }: Shape, way: readonly [number, number], { geometry }: Drawing): Shape {
  const shifted = (values: number[], by: number, ends: [number, number]) => {
    const [from, to] = endsOf(values);
    const most = Math.min(Math.max(by, Math.min(0, ends[0] - from)), Math.max(0, ends[1] - to));
    return values.map((value) => tidy(value + most, ends[1] - ends[0]));
  };
  return { x: shifted(x, way[0], ends(geometry.x)), y: shifted(y, way[1], ends(geometry.y)), op };
}

/** The shape wider and taller by so much, around its middle. */
function resized({ x, y, op }: Shape, more: readonly [number, number], { geometry }: Drawing): Shape {
  const stretched = (values: number[], by: number, [low, high]: [number, number]) => {
    const [from, to] = endsOf(values);
    const [middle, half] = [(from + to) / 2, (to - from) / 2];
    const factor = half > 0 ? Math.max(0.02, (half + by) / half) : 1;
    const within = (value: number) => Math.min(high, Math.max(low, value));
    return values.map((value) => tidy(within(middle + (value - middle) * factor), high - low));
  };
  return { x: stretched(x, more[0], ends(geometry.x)), y: stretched(y, more[1], ends(geometry.y)), op };
}

const ends = ({ low, high }: { low: number; high: number }) => endsOf([low, high]);

/** A box around a dot, or in the middle of the plot. */
export function freshBox({ dots, geometry }: Drawing, dot: number): Shape {
  const { left, right, top, bottom, x, y } = geometry;
  const [across, down] = dot < 0 ? [(left + right) / 2, (top + bottom) / 2] : [dots.across[dot]!, dots.down[dot]!];
  const around = (place: number, scale: typeof x, low: number, high: number) => {
    const values = [Math.max(low, place - HALF), Math.min(high, place + HALF)].map((at) =>
      tidy(scale.value(at), Math.abs(scale.high - scale.low)),
    );
    return [...endsOf(values)];
  };
  return { x: around(across, x, left, right), y: around(down, y, top, bottom), op: "or" };
}

/** Give the keys to the newest shape, which is there after the next frame. */
export function focusLastShape(catcher: SVGElement): void {
  const svg = catcher.ownerSVGElement;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => svg?.querySelector<SVGElement>(".brush:last-child")?.focus({ preventScroll: true })),
  );
}
