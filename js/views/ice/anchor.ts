// Where centred curves meet: a handle on the axis, to drag or to move by keys from point to point.
import { focusable, setAttributes, shape, write } from "../../lib/dom";
import { arrows, LEAP, placeOfHand, taken } from "../../lib/handling";
import { anchorOf } from "../../lib/ice_curves";
import type { Words } from "../../lib/words";
import { valueOfHand } from "./handling";
import type { Actions, Drawing, Layer } from "./scene";

export function createAnchor(actions: Actions, words: Words): Layer {
  const line = shape("path", { class: "line" });
  const grip = shape("rect", { class: "grip", width: 24, height: 24 });
  const mark = shape("path", { class: "mark" });
  const text = shape("text");
  const role = { role: "slider", tabindex: 0, "aria-label": words("ice.anchor") };
  const handle = shape("g", { class: "handle", ...role, ...focusable }, grip, mark);
  const whole = shape("g", { class: "anchor" }, line, handle, text);
  let last: Drawing | null = null;
  let slip: number | null = null; // from the middle of the mark to the hand

  const moveTo = (anchor: number) => ({ centered: true, anchor, brush: [] });
  const now = () => anchorOf(last!.picture.curves, actions.now().traits.anchor);
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !last) return;
    handle.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    slip = placeOfHand(event, handle)[0] - last.geometry.x.place(now());
    taken(event);
  });
  handle.addEventListener("pointermove", (event) => {
    if (slip === null || !last) return;
    const [across, down] = placeOfHand(event, handle);
    const { x } = valueOfHand([across - slip, down], last.geometry);
    const at = anchorOf(last.picture.curves, last.picture.category ? Math.round(x) : x);
    actions.drag(moveTo(at));
  });
  const release = () => {
    if (slip !== null) actions.set({}); // saves what the hand left behind
    slip = null;
  };
  handle.addEventListener("pointerup", release);
  handle.addEventListener("pointercancel", release);
  handle.addEventListener("keydown", (event) => {
    if (!last) return;
    const { x } = last.picture.curves;
    const arrow = arrows[event.key];
    const at = now();
    if (arrow) {
      const steps = (arrow[0] + arrow[1]) * (event.shiftKey ? LEAP : 1);
      const passed = x.filter((point) => (steps > 0 ? point <= at : point < at)).length;
      const here = steps > 0 ? passed - 1 : passed;
      actions.set(moveTo(x[Math.min(x.length - 1, Math.max(0, here + steps))]!));
    } else if (event.key === "Home") actions.set(moveTo(x[0]!));
    else if (event.key === "End") actions.set(moveTo(x[x.length - 1]!));
    else return;
    taken(event);
  });

  return {
    element: whole,
    draw(drawing) {
      last = drawing;
      const { picture, geometry } = drawing;
      const at = now();
      const place = geometry.x.place(at);
      const middle = geometry.bottom + 19;
      const print = geometry.xTicks?.fine ?? ((index: number) => String(picture.curves.header.grid[index]));
      whole.style.display = picture.look.centered ? "" : "none";
      if (!picture.look.centered) return;
      setAttributes(line, { d: `M${place} ${geometry.top}V${geometry.strip.base}` });
      setAttributes(grip, { x: place - 12, y: middle - 12 });
      setAttributes(mark, { d: `M${place - 5} ${middle - 7}h10v8l-5 6l-5 -6z` });
      write(text, print(at));
      const behind = place > geometry.right - 90;
      setAttributes(text, { x: place + (behind ? -11 : 11), y: middle + 4, "text-anchor": behind ? "end" : null });
      setAttributes(handle, {
        "aria-valuemin": picture.bundle.x[0],
        "aria-valuemax": picture.bundle.x[picture.bundle.x.length - 1],
        "aria-valuenow": at,
        "aria-valuetext": print(at),
      });
    },
  };
}
