// The cursor: a press or a drag puts it under the pointer, arrow keys move it from point to point.
import { focusable, setAttributes, shape } from "../../lib/dom";
import { arrows, placeOfHand, taken, tidy } from "../../lib/handling";
import type { Axis } from "../../lib/surface_frame";
import { coordinatesOf, type Place, placeOf } from "../../lib/surface_reading";
import type { Words } from "../../lib/words";
import { reading } from "./describe";
import type { Actions, Drawing, Layer } from "./scene";

const LEAP = 5; // points with Shift

export function createCursor(actions: Actions, words: Words): Layer {
  const role = { role: "application", tabindex: 0, "aria-label": words("surface.keys") };
  const catcher = shape("rect", { class: "catcher", ...role, ...focusable });
  const halo = shape("path", { class: "halo" });
  const lines = shape("path", { class: "line" });
  const dot = shape("circle", { r: 4.5 });
  const whole = shape("g", { class: "cursor" }, shape("g", { "aria-hidden": "true" }, halo, lines, dot), catcher);
  let drawing: Drawing | null = null;
  let held = false;

  const placeUnder = (event: PointerEvent): Place => {
    const { surface, geometry } = drawing!;
    const { x, y, left, right, top, bottom } = geometry;
    const [across, down] = placeOfHand(event, catcher);
    const wanted = [x.value(Math.min(right, Math.max(left, across))), y.value(Math.min(bottom, Math.max(top, down)))];
    return [surface.x, surface.y].map((axis, side) => onAxis(axis, wanted[side]!)) as Place;
  };
  const put = (place: Place, moving: boolean) => {
    const cursor = coordinatesOf(drawing!.surface, place);
    if (moving) actions.drag({ cursor });
    else actions.set({ cursor });
  };

  catcher.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !drawing) return;
    catcher.setPointerCapture(event.pointerId);
    catcher.classList.add("pointed"); // a focus that follows another's is :focus-visible, whatever moved it
    catcher.focus({ preventScroll: true });
    held = true;
    actions.change({ at: null });
    put(placeUnder(event), true);
    event.preventDefault();
  });
  catcher.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    if (held) put(placeUnder(event), true);
    else actions.change({ at: placeUnder(event) });
  });
  const release = () => {
    if (held) actions.set({}); // saves what the hand left behind
    held = false;
  };
  catcher.addEventListener("pointerup", release);
  catcher.addEventListener("pointercancel", release);
  catcher.addEventListener("pointerleave", () => actions.change({ at: null }));
  catcher.addEventListener("blur", () => catcher.classList.remove("pointed"));
  catcher.addEventListener("keydown", (event) => {
    catcher.classList.remove("pointed");
    if (!drawing) return;
    const { surface } = drawing;
    const arrow = arrows[event.key];
    if (arrow) {
      const from = placeOf(surface, actions.now().traits.cursor);
      const place = [surface.x, surface.y].map((axis, side) =>
        moved(axis, from[side]!, arrow[side]! * (event.shiftKey ? LEAP : 1)),
      ) as Place;
      put(place, false);
      actions.say(reading(drawing, place, words).join(", "));
    } else if (event.key === "Escape") actions.set({ cursor: null });
    else return;
    actions.change({ at: null });
    taken(event);
  });

  return {
    element: whole,
    draw(now) {
      drawing = now;
      const { left, right, top, bottom, above, beside, x, y } = now.geometry;
      const [across, down] = [x.place(now.cursor[0]), y.place(now.cursor[1])];
      const [over, on] = [Math.round(across) + 0.5, Math.round(down) + 0.5];
      setAttributes(catcher, { x: left, y: top, width: right - left, height: bottom - top });
      const { x: columns, y: rows } = now.surface;
      const tiled = columns.names !== null && rows.names !== null;
      const [wide, tall] = [x.place(1) - x.place(0), y.place(0) - y.place(1)];
      const inside = tiled // lines would cross the numbers
        ? `M${over - wide / 2 + 1} ${on - tall / 2 + 1}h${wide - 2}v${tall - 2}h${2 - wide}z`
        : `M${over} ${top}V${bottom}M${left} ${on}H${right}`;
      dot.style.display = tiled ? "none" : "";
      setAttributes(halo, { d: inside });
      setAttributes(lines, {
        d: `${inside}M${over} ${above.top}V${above.bottom}M${beside.left} ${on}H${beside.right}`,
      });
      setAttributes(dot, { cx: over, cy: on });
    },
  };
}

/** A number with the digits that the axis can show, or the nearest point where nothing lies between them. */
function onAxis({ names, whole, places }: Axis, value: number): number {
  if (names || whole) {
    return places.reduce((best, place) => (Math.abs(place - value) < Math.abs(best - value) ? place : best));
  }
  return tidy(value, places[places.length - 1]! - places[0]!);
}

/** The point so many points further on; the first step goes to the next point. */
function moved({ places }: Axis, from: number, steps: number): number {
  if (steps === 0) return from;
  const passed = places.filter((point) => (steps > 0 ? point <= from : point < from)).length;
  const here = steps > 0 ? passed - 1 : passed;
  return places[Math.min(places.length - 1, Math.max(0, here + steps))]!;
}
