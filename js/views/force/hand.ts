// What a hand does on the stack: it reads rows, brushes them or moves along them, zooms, opens one.
import { focusable, setAttributes, shape } from "../../lib/dom";
import { placeOfHand, taken } from "../../lib/handling";
import { createRowDoings } from "./doings";
import { listenToKeys, STEP } from "./keys";
import type { Actions, Drawing } from "./scene";
import type { Window } from "./window";

const CLICK = 4; // pixels that a click may move
const LIVE = 20_000; // rows that are selected while the hand still moves
const TURN = 300; // of a wheel, that zooms by e

interface Held {
  x: number;
  /** Where along the rows it was pressed. */
  from: number;
  window: Window;
  adding: boolean;
  moved: boolean;
}

export function createHand(actions: Actions, label: string) {
  const role = { role: "application", tabindex: 0, "aria-label": label };
  const catcher = shape("rect", { class: "catcher", ...role, ...focusable });
  const rows = createRowDoings(actions);
  const forget = listenToKeys(catcher, rows, actions);
  let held: Held | null = null;

  const dragging = () => actions.scene()!.local.drag;
  const standAt = (event: MouseEvent): number => {
    const { left, right, x } = rows.stack!.geometry;
    return x.value(Math.min(right, Math.max(left, placeOfHand(event, catcher)[0])));
  };
  /** How many rows lie on so many pixels. */
  const rowsOn = (pixels: number, window: Window) => {
    const { left, right } = rows.stack!.geometry;
    return (pixels / (right - left)) * (window[1] - window[0]);
  };
  const drag = (event: PointerEvent, { from, x, window, adding }: Held) => {
    if (dragging() === "move") {
      actions.change({ at: null });
      rows.move(-rowsOn(event.clientX - x, window), window);
      return;
    }
    const brush: Window = [from, standAt(event)];
    actions.change({ brush, at: null });
    if (rows.count <= LIVE && !adding) rows.choose(brush, { adding, moving: true });
  };

  catcher.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !rows.stack) return;
    catcher.setPointerCapture(event.pointerId);
    catcher.classList.add("pointed"); // a focus that follows another's is :focus-visible, whatever moved it
    catcher.focus({ preventScroll: true });
    const { window } = rows.stack;
    held = { x: event.clientX, from: standAt(event), window, adding: event.shiftKey, moved: false };
    forget();
    event.preventDefault();
  });
  catcher.addEventListener("pointermove", (event) => {
    if (!rows.stack) return;
    if (!held) {
      rows.point(rows.rowAt(standAt(event)), placeOfHand(event, catcher)[1]);
      return;
    }
    held.moved ||= Math.abs(event.clientX - held.x) > CLICK;
    if (held.moved) drag(event, held);
  });
  catcher.addEventListener("pointerup", (event) => {
    if (!held || !rows.stack) return;
    const { from, adding, moved } = held;
    if (!moved) rows.open(standAt(event));
    else if (dragging() === "brush") {
      rows.choose([from, standAt(event)], { adding, moving: false });
      actions.change({ brush: null });
    }
    held = null;
  });
  catcher.addEventListener("pointercancel", () => {
    held = null;
    actions.change({ brush: null });
  });
  catcher.addEventListener("pointerleave", () => {
    if (!held && rows.stack) rows.point(null);
  });
  catcher.addEventListener("blur", () => {
    catcher.classList.remove("pointed");
    forget();
  });
  catcher.addEventListener("dblclick", () => actions.change({ window: null }));
  const turn = (event: WheelEvent) => {
    const mine = event.ctrlKey || event.metaKey || catcher.matches(":focus"); // else the page scrolls
    if (!rows.stack || !mine) return;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (sideways) rows.move(rowsOn(event.deltaX, rows.stack.window));
    else rows.zoom(Math.exp(-event.deltaY / TURN), standAt(event));
    taken(event);
  };
  catcher.addEventListener("wheel", turn, { passive: false });

  return {
    element: catcher,
    zoom: (further: boolean) => rows.zoom(further ? STEP : 1 / STEP),
    draw(drawing: Drawing) {
      rows.draw(drawing);
      const { left, right, top, bottom } = drawing.stack!.geometry;
      setAttributes(catcher, { x: left, y: top, width: right - left, height: bottom - top });
    },
  };
}
