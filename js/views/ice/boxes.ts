// The brushes on the plot: boxes that a hand or keys move and resize.
import { focusable, focusedIn, setAttributes, shape } from "../../lib/dom";
import { arrows, LEAP, placeOfHand, taken, tidy } from "../../lib/handling";
import { hasCurves } from "../../lib/ice_kinds";
import type { Brush } from "../../lib/ice_state";
import type { Words } from "../../lib/words";
import { valueOfHand } from "./handling";
import type { Geometry } from "./layout";
import type { Actions, Drawing, Layer } from "./scene";

const STEPS = 100; // of the arrow keys, from end to end of an axis
const REACH = 24; // around a corner, where a hand may take it

type Side = -1 | 0 | 1; // the lower one, both, the upper one
type Pull = { from: Brush; x: number; y: number; sides: [Side, Side] };

export const brushName = (index: number) => (index < 26 ? String.fromCharCode(65 + index) : String(index + 1));

/** Where a brush lies, in words. */
export function whereIs({ x, y }: Brush, { picture: { curves, category }, geometry }: Drawing, words: Words): string {
  const { grid, feature } = curves.header;
  const print = category ? (index: number) => String(grid[index]) : geometry.xTicks!.fine;
  const range = (from: string, to: string) => {
    const signed = /[+\u2212]/.test(from + to);
    return from === to ? from : words(signed ? "ice.range.signed" : "ice.range", { from, to });
  };
  const [left, right] = category ? categoriesIn(x, grid.length) : x;
  const { fine } = geometry.yTicks;
  return words("ice.brush.where", {
    feature,
    across: range(print(left), print(right)),
    up: range(fine(y[0]), fine(y[1])),
  });
}

/** The first and the last category in a box; where it lies between two, these. */
function categoriesIn([left, right]: [number, number], count: number): [number, number] {
  const within = (index: number) => Math.min(count - 1, Math.max(0, index));
  const [first, last] = [Math.ceil(left), Math.floor(right)];
  return first <= last ? [within(first), within(last)] : [within(last), within(first)];
}

export function createBoxes(actions: Actions, words: Words): Layer {
  const whole = shape("g", { class: "brushes" });
  const boxes: Layer[] = [];
  return {
    element: whole,
    draw(drawing, scene) {
      const { brush } = scene.state.traits;
      const wanted = hasCurves(drawing.picture.look.kind) ? brush.length : 0;
      while (boxes.length > wanted) boxes.pop()!.element.remove();
      while (boxes.length < wanted) {
        const box = createBox(boxes.length, actions, words);
        boxes.push(box);
        whole.append(box.element);
      }
      for (const box of boxes) box.draw(drawing, scene);
    },
  };
}

function createBox(index: number, actions: Actions, words: Words): Layer {
  const body = shape("rect", { class: "body" });
  const corners = ([-1, 1] as const).flatMap((x) =>
    ([-1, 1] as const).map((y) => ({
      x,
      y,
      grip: shape("rect", { class: x === y ? "grip rising" : "grip falling", width: REACH, height: REACH }),
      mark: shape("rect", { class: "mark", width: 7, height: 7 }),
    })),
  );
  const tag = shape("text", { "aria-hidden": "true" }, brushName(index));
  const marks = corners.flatMap(({ grip, mark }) => [grip, mark]);
  const group = shape("g", { class: "brush", tabindex: 0, role: "application", ...focusable }, body, ...marks, tag);
  let drawing: Drawing | null = null;
  let pull: Pull | null = null;

  const change = (brush: Brush, moving = false) =>
    actions.brush(
      actions.now().traits.brush.map((other, at) => (at === index ? brush : other)),
      moving,
    );
  const take = (sides: [Side, Side]) => (event: PointerEvent) => {
    const from = actions.now().traits.brush[index];
    if (event.button !== 0 || !drawing || !from) return;
    group.setPointerCapture(event.pointerId);
    group.focus({ preventScroll: true });
    pull = { from, ...valueOfHand(placeOfHand(event, group), drawing.geometry), sides };
    taken(event);
  };
  body.addEventListener("pointerdown", take([0, 0]));
  for (const { x, y, grip } of corners) grip.addEventListener("pointerdown", take([x, y]));
  group.addEventListener("pointermove", (event) => {
    if (!pull || !drawing) return;
    const { geometry } = drawing;
    const to = valueOfHand(placeOfHand(event, group), geometry);
    change(moved(pull.from, [to.x - pull.x, to.y - pull.y], pull.sides, geometry), true);
    event.stopPropagation();
  });
  const release = () => {
    if (pull) change(actions.now().traits.brush[index] ?? pull.from);
    pull = null;
  };
  group.addEventListener("pointerup", release);
  group.addEventListener("pointercancel", release);
  group.addEventListener("dblclick", () => actions.brush([]));
  group.addEventListener("keydown", (event) => {
    const brush = actions.now().traits.brush[index];
    if (!drawing || !brush) return;
    const arrow = arrows[event.key];
    if (arrow) {
      const way = stepOf(drawing, event.shiftKey ? LEAP : 1).map((step, axis) => step * arrow[axis]!);
      const side: Side = event.altKey ? 1 : 0;
      change(moved(brush, way as [number, number], [side, side], drawing.geometry));
    } else if (event.key === "Delete" || event.key === "Backspace" || event.key === "Escape") {
      removeBrush(actions, index, group);
    } else return;
    taken(event);
  });

  return {
    element: group,
    draw(now, { state }) {
      drawing = now;
      const brush = state.traits.brush[index]!;
      const { x, y, ...plot } = now.geometry;
      // what lies beyond the axes stays at their end, where a hand can take it
      const inside = (low: number, high: number) => (place: number) => Math.min(high, Math.max(low, place));
      const [left, right] = brush.x.map(x.place).map(inside(plot.left, plot.right)) as [number, number];
      const [bottom, top] = brush.y.map(y.place).map(inside(plot.top, plot.bottom)) as [number, number];
      setAttributes(body, { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) });
      for (const corner of corners) {
        const [across, down] = [corner.x < 0 ? left : right, corner.y < 0 ? bottom : top];
        setAttributes(corner.mark, { x: across - 3.5, y: down - 3.5 });
        const outwards = REACH / 6; // the middle of a small box stays free
        setAttributes(corner.grip, {
          x: across - REACH / 2 + corner.x * outwards,
          y: down - REACH / 2 - corner.y * outwards,
        });
      }
      const above = top - 8 > now.geometry.top + 4;
      setAttributes(tag, { x: (left + right) / 2, y: above ? top - 7 : bottom + 16 });
      const told = { name: brushName(index), where: whereIs(brush, now, words) };
      setAttributes(group, { "aria-label": words("ice.brush.keys", told) });
      group.classList.toggle("not", index > 0 && brush.op === "not");
    },
  };
}

/** Take one brush away; the focus goes to what is left. */
export function removeBrush(actions: Actions, index: number, from: Element): void {
  const plot = from.closest(".ice-plot");
  const focused = plot ? focusedIn(plot) : null;
  actions.brush(actions.now().traits.brush.filter((_, at) => at !== index));
  if (focused) plot?.querySelector<SVGElement>(".catcher")?.focus({ preventScroll: true });
}

function stepOf({ geometry: { x, y }, picture }: Drawing, steps: number): [number, number] {
  const across = picture.category ? steps : ((x.high - x.low) / STEPS) * steps;
  return [across, ((y.high - y.low) / STEPS) * steps];
}

/** A brush that was moved, or whose sides were, within the plot. */
function moved(brush: Brush, way: [number, number], sides: [Side, Side], { x, y }: Geometry): Brush {
  return {
    ...brush,
    x: shifted(brush.x, way[0], sides[0], x.low, x.high),
    y: shifted(brush.y, way[1], sides[1], y.low, y.high),
  };
}

function shifted([from, to]: [number, number], way: number, side: Side, low: number, high: number): [number, number] {
  const span = high - low;
  const within = (value: number) => tidy(Math.min(high, Math.max(low, value)), span);
  if (side === 0) {
    const most = Math.min(Math.max(way, Math.min(0, low - from)), Math.max(0, high - to));
    return [tidy(from + most, span), tidy(to + most, span)];
  }
  const ends: [number, number] = side < 0 ? [within(from + way), to] : [from, within(to + way)];
  return ends[0] <= ends[1] ? ends : [ends[1], ends[0]];
}

/** A brush in the middle of the plot, or around a place. */
export function freshBrush({ geometry: { x, y } }: Drawing, at: { x: number; y: number }): Brush {
  const [wide, tall] = [(x.high - x.low) / 12, (y.high - y.low) / 12];
  return {
    x: shifted([at.x - wide, at.x + wide], 0, 0, x.low, x.high),
    y: shifted([at.y - tall, at.y + tall], 0, 0, y.low, y.high),
    op: "and",
  };
}

/** The box between two corners. */
export function boxBetween(one: { x: number; y: number }, other: { x: number; y: number }): Pick<Brush, "x" | "y"> {
  return {
    x: [Math.min(one.x, other.x), Math.max(one.x, other.x)],
    y: [Math.min(one.y, other.y), Math.max(one.y, other.y)],
  };
}
