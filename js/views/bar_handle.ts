// A handle on the colour bar: marks to drag, and a slider for the keyboard.
import { focusable, setAttributes, shape } from "../lib/dom";
import { type Axis, edgeOf, MARGIN, THICK, valueAt } from "./bar_axis";

const REACH = 24; // around a mark, where the hand may take it
const LEAP = 10; // steps with Shift

export interface Handle {
  element: SVGGElement;
  /** Draw marks at these places along the drawing. */
  draw(places: number[], axis: Axis): void;
  tell(value: number, text: string): void;
}

interface Options {
  name: string;
  kind: "clip" | "fine";
  min: number;
  max: number;
  step: number;
  now(): number;
  /** The hand takes the handle. */
  take(): void;
  /** What the handle is set to by pulling a mark to a value of the axis. */
  at(value: number): number;
  drag(value: number): void;
  set(value: number): void;
}

const directions: Record<string, number> = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 };
const overhang = { clip: 3, fine: 0 };

export function createHandle({ name, kind, min, max, step, now, take, at, drag, set }: Options): Handle {
  const grips = shape("g", { class: "grips" });
  const lines = shape("path", { class: "lines" });
  const role = { role: "slider", tabindex: 0, "aria-label": name, "aria-valuemin": min, "aria-valuemax": max };
  const group = shape("g", { class: `handle ${kind}`, ...role, ...focusable }, grips, lines);
  const settle = (wanted: number) => Number(Math.min(max, Math.max(min, Math.round(wanted / step) * step)).toFixed(6));
  let axis: Axis | null = null;
  let places: number[] = [];
  let pull: { slip: number; value: number } | null = null; // from the middle of the mark to the hand

  const placeOfHand = (event: PointerEvent) => {
    const box = (group.ownerSVGElement ?? group).getBoundingClientRect();
    return axis?.vertical ? event.clientY - box.top : event.clientX - box.left;
  };
  group.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    group.setPointerCapture(event.pointerId);
    group.focus({ preventScroll: true });
    const slips = places.map((place) => placeOfHand(event) - place);
    pull = { slip: slips.reduce((one, other) => (Math.abs(other) < Math.abs(one) ? other : one)), value: now() };
    take();
    event.preventDefault();
  });
  group.addEventListener("pointermove", (event) => {
    if (!pull || !axis) return;
    pull.value = settle(at(valueAt(axis, placeOfHand(event) - pull.slip - MARGIN)));
    drag(pull.value);
  });
  const release = () => {
    if (pull) set(pull.value);
    pull = null;
  };
  group.addEventListener("pointerup", release);
  group.addEventListener("pointercancel", release);
  group.addEventListener("keydown", (event) => {
    const direction = directions[event.key];
    if (direction) set(settle(now() + direction * step * (event.shiftKey ? LEAP : 1)));
    else if (event.key === "Home") set(min);
    else if (event.key === "End") set(max);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element: group,
    draw(marks, on) {
      axis = on;
      places = marks;
      const [from, size] = [edgeOf(on) - overhang[kind], THICK + 2 * overhang[kind]];
      const path = places.map((place) => (on.vertical ? `M${from} ${place}h${size}` : `M${place} ${from}v${size}`));
      setAttributes(lines, { d: path.join("") });
      const across = edgeOf(on) + (THICK - REACH) / 2;
      const most = on.length + 2 * MARGIN - REACH;
      grips.replaceChildren(
        ...places.map((place) => {
          const along = Math.min(most, Math.max(0, place - REACH / 2));
          const corner = on.vertical ? { x: across, y: along } : { x: along, y: across };
          return shape("rect", { ...corner, width: REACH, height: REACH });
        }),
      );
    },
    tell: (value, text) => setAttributes(group, { "aria-valuenow": value, "aria-valuetext": text }),
  };
}
