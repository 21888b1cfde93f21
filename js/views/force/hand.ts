// What a hand does on the stack: it brushes rows or moves along them, zooms, opens one; arrow keys do the same.
import { focusable, setAttributes, shape } from "../../lib/dom";
import { writeSelection } from "../../lib/ice_curves";
import { placeOfHand, taken } from "../ice/handling";
import { readingOf } from "./describe";
import type { Actions, Drawing } from "./scene";
import { moved, type Window, zoomed } from "./window";

const LEAP = 10; // columns with Shift
const CLICK = 4; // pixels that a click may move
const LIVE = 20_000; // rows that are selected while the hand still moves
const STEP = 1.5; // of a zoom by button or key

export function createHand(actions: Actions, label: string) {
  const role = { role: "application", tabindex: 0, "aria-label": label };
  const catcher = shape("rect", { class: "catcher", ...role, ...focusable });
  let drawing: Drawing | null = null;
  let held: { x: number; from: number; window: Window; adding: boolean; moved: boolean } | null = null;
  let anchor: number | null = null; // of a brush by keys

  const stack = () => drawing?.stack ?? null;
  const local = () => actions.scene()!.local;
  const standAt = (event: MouseEvent): number => {
    const { geometry } = stack()!;
    const [across] = placeOfHand(event, catcher);
    return geometry.x.value(Math.min(geometry.right, Math.max(geometry.left, across)));
  };
  const rowAt = (stand: number) => Math.max(0, Math.min(drawing!.force.count - 1, Math.floor(stand)));
  const point = (at: number | null, height = local().height) => {
    actions.change({ at, height });
    const { force } = drawing!;
    actions.drag({ hover: at === null ? null : force.rows[stack()!.order.places[at]!]! });
  };
  const open = (stand: number) => {
    const { force } = drawing!;
    actions.set({ index: force.rows[stack()!.order.places[rowAt(stand)]!]! });
  };
  const rowsBetween = ([one, other]: [number, number], adding: boolean): Uint32Array => {
    const { force } = drawing!;
    const { order, chosen: before } = stack()!;
    const chosen = adding ? before.marks.slice() : new Uint8Array(force.count);
    const [first, last] = [rowAt(Math.min(one, other)), rowAt(Math.max(one, other))];
    for (let stand = first; stand <= last; stand++) chosen[order.places[stand]!] = 1;
    return force.rows.filter((_, place) => chosen[place]);
  };
  const choose = (brush: [number, number], adding: boolean, moving: boolean) => {
    const settings = { selection: writeSelection(rowsBetween(brush, adding)) };
    if (moving) actions.drag(settings);
    else actions.set(settings);
  };
  const zoom = (factor: number, around?: number) => {
    const now = stack();
    if (!now || !drawing) return;
    const middle = around ?? local().at ?? (now.window[0] + now.window[1]) / 2;
    actions.change({ window: zoomed(now.window, drawing.force.count, factor, middle) });
  };

  catcher.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !stack()) return;
    catcher.setPointerCapture(event.pointerId);
    catcher.classList.add("pointed");
    catcher.focus({ preventScroll: true });
    held = { x: event.clientX, from: standAt(event), window: stack()!.window, adding: event.shiftKey, moved: false };
    anchor = null;
    event.preventDefault();
  });
  catcher.addEventListener("pointermove", (event) => {
    const now = stack();
    if (!now) return;
    const stand = standAt(event);
    if (!held) return point(rowAt(stand), placeOfHand(event, catcher)[1]);
    held.moved ||= Math.abs(event.clientX - held.x) > CLICK;
    if (!held.moved) return;
    if (local().drag === "move") {
      const { left, right } = now.geometry;
      const rows = ((event.clientX - held.x) / (right - left)) * (held.window[1] - held.window[0]);
      actions.change({ window: moved(held.window, drawing!.force.count, -rows), at: null });
      return;
    }
    const brush: [number, number] = [held.from, stand];
    actions.change({ brush, at: null });
    if (drawing!.force.count <= LIVE && !held.adding) choose(brush, false, true);
  });
  catcher.addEventListener("pointerup", (event) => {
    if (!held || !stack()) return;
    const { from, adding } = held;
    if (!held.moved) open(standAt(event));
    else if (local().drag === "brush") {
      choose([from, standAt(event)], adding, false);
      actions.change({ brush: null });
    }
    held = null;
  });
  const leave = () => {
    held = null;
    actions.change({ brush: null });
  };
  catcher.addEventListener("pointercancel", leave);
  catcher.addEventListener("pointerleave", () => {
    if (!held && stack()) point(null);
  });
  catcher.addEventListener("blur", () => {
    catcher.classList.remove("pointed");
    anchor = null;
  });
  catcher.addEventListener("dblclick", () => actions.change({ window: null }));
  catcher.addEventListener(
    "wheel",
    (event) => {
      const now = stack();
      if (!now) return;
      const wanted = event.ctrlKey || event.metaKey || catcher.matches(":focus"); // else the page scrolls
      if (!wanted) return;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        const rows = (event.deltaX / (now.geometry.right - now.geometry.left)) * (now.window[1] - now.window[0]);
        actions.change({ window: moved(now.window, drawing!.force.count, rows) });
      } else {
        zoom(Math.exp(-event.deltaY / 300), standAt(event));
      }
      taken(event);
    },
    { passive: false },
  );
  catcher.addEventListener("keydown", (event) => {
    const now = stack();
    if (!now || !drawing) return;
    catcher.classList.remove("pointed");
    const { count } = drawing.force;
    const each = Math.max(1, Math.round((now.window[1] - now.window[0]) / now.columns.count));
    const at = local().at ?? Math.round((now.window[0] + now.window[1]) / 2);
    const go = (stand: number) => {
      const to = Math.max(0, Math.min(count - 1, stand));
      if (to < now.window[0] || to >= now.window[1]) {
        actions.change({
          window: moved(now.window, count, to < now.window[0] ? to - now.window[0] : to + 1 - now.window[1]),
        });
      }
      if (event.shiftKey) {
        anchor ??= at;
        choose([Math.min(anchor, to), Math.max(anchor, to)], false, false);
      } else anchor = null;
      point(to, now.geometry.top);
      const scene = actions.scene();
      if (scene) actions.say(readingOf(drawing!, to, scene.words));
    };
    const wide = Math.max(1, Math.round((now.window[1] - now.window[0]) / LEAP));
    const keys: Record<string, () => void> = {
      ArrowLeft: () => go(at - each),
      ArrowRight: () => go(at + each),
      PageUp: () => go(at - wide),
      PageDown: () => go(at + wide),
      Home: () => go(0),
      End: () => go(count - 1),
      Enter: () => open(at),
      "+": () => zoom(STEP),
      "=": () => zoom(STEP),
      "-": () => zoom(1 / STEP),
      0: () => actions.change({ window: null }),
      Escape: () => {
        anchor = null;
        actions.change({ brush: null });
        actions.set({ selection: writeSelection(new Uint32Array()) });
      },
    };
    const act = keys[event.key];
    if (!act) return;
    act();
    taken(event);
  });

  return {
    element: catcher,
    zoom: (further: boolean) => zoom(further ? STEP : 1 / STEP),
    draw(now: Drawing) {
      drawing = now;
      const { left, right, top, bottom } = now.stack!.geometry;
      setAttributes(catcher, { x: left, y: top, width: right - left, height: bottom - top });
    },
  };
}
