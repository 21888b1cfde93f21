// Pointer and keys on the curves: a drag draws a brush, a click selects a curve, a double click clears.
import { focusable, setAttributes, shape } from "../../lib/dom";
import { arrows, LEAP, placeOfHand, taken } from "../../lib/handling";
import { placeIn, readAt, readSelection } from "../../lib/ice_curves";
import { hasCurves } from "../../lib/ice_kinds";
import type { Brush } from "../../lib/ice_state";
import type { Words } from "../../lib/words";
import { boxBetween, freshBrush } from "./boxes";
import { nearest } from "./brushing";
import { valueOfHand } from "./handling";
import { readingPlace } from "./lines";
import type { Actions, Drawing, Layer } from "./scene";
import { reading } from "./tip";

const DRAG = 4; // pixels from a click to a drag
const REACH = 14; // pixels from the pointer to a curve

export function createHand(actions: Actions, words: Words): Layer {
  const role = { role: "application", tabindex: 0, "aria-label": words("ice.keys") };
  const catcher = shape("rect", { class: "catcher", ...role, ...focusable });
  let drawing: Drawing | null = null;
  let down: { place: [number, number]; others: Brush[]; drawn: boolean } | null = null;

  const drawsCurves = () => drawing !== null && hasCurves(drawing.picture.look.kind);
  const clear = () => {
    actions.brush([]);
    actions.drag({ hover: null });
  };
  /** The curve under the hand. */
  const curveAt = (place: [number, number]): { curve: number; at: number } => {
    const { picture, geometry } = drawing!;
    const { x } = valueOfHand(place, geometry);
    const at = picture.category ? Math.round(x) : x;
    const where = placeIn(picture.bundle.x, picture.category ? x : at);
    const { y } = geometry;
    const heightOf = (offset: number) => y.place(readAt(picture.bundle.values, offset, where));
    return { curve: drawsCurves() ? nearest(picture.bundle, picture.shown, heightOf, place[1], REACH) : -1, at };
  };
  const hover = (place: [number, number] | null) => {
    const found = place && drawing ? curveAt(place) : { curve: -1, at: null };
    actions.change({ at: found.at });
    const row = found.curve < 0 ? null : drawing!.picture.curves.rows[found.curve]!;
    if (row !== actions.now().traits.hover) actions.drag({ hover: row });
  };
  const boxTo = (event: PointerEvent): Brush[] => {
    const { geometry } = drawing!;
    const box = boxBetween(valueOfHand(down!.place, geometry), valueOfHand(placeOfHand(event, catcher), geometry));
    return [...down!.others, { ...box, op: "and" }];
  };

  catcher.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !drawing) return;
    catcher.setPointerCapture(event.pointerId);
    catcher.classList.add("pointed"); // a focus that follows another's is :focus-visible, whatever moved it
    catcher.focus({ preventScroll: true });
    down = { place: placeOfHand(event, catcher), others: actions.now().traits.brush, drawn: false };
    event.preventDefault();
  });
  catcher.addEventListener("pointermove", (event) => {
    const place = placeOfHand(event, catcher);
    if (!down) {
      hover(place);
      return;
    }
    const far = Math.hypot(place[0] - down.place[0], place[1] - down.place[1]) > DRAG;
    if (!far && !down.drawn) return;
    if (!drawing || !drawsCurves()) return;
    if (!down.drawn) hover(null);
    down.drawn = true;
    actions.brush(boxTo(event), true);
  });
  catcher.addEventListener("pointerup", (event) => {
    if (down?.drawn && drawing) actions.brush(boxTo(event));
    else if (down && drawing) pick(curveAt(down.place).curve, event.shiftKey || event.ctrlKey || event.metaKey);
    down = null;
  });
  catcher.addEventListener("pointercancel", () => {
    down = null;
  });
  catcher.addEventListener("pointerleave", () => {
    if (!down) hover(null);
  });
  catcher.addEventListener("dblclick", clear);

  /** Select one curve, or add it to the selection or take it out. */
  function pick(curve: number, further: boolean): void {
    if (curve < 0 || !drawing) return;
    const row = drawing.picture.curves.rows[curve]!;
    const chosen = further ? readSelection(actions.now().traits.selection) : [];
    const others = chosen.filter((other) => other !== row);
    actions.select(Uint32Array.from(others.length < chosen.length ? others : [...others, row]).sort());
  }

  /** Go to the next curve above or below, or along the curve from point to point. */
  function walk([across, up]: readonly [number, number], steps: number): void {
    const { picture } = drawing!;
    const { bundle, curves } = picture;
    const { hover: row } = actions.now().traits;
    const at = lastAt ?? bundle.x[bundle.x.length >> 1]!;
    const found = row === null ? -1 : curves.rows.indexOf(row);
    if (found < 0) {
      show(nearestToMean(picture, at), at);
      return;
    }
    const from = readingPlace(picture, found, lastAt);
    const passed = bundle.x.filter((point) => (across > 0 ? point <= from : point < from)).length;
    const here = across > 0 ? passed - 1 : passed;
    if (across) show(found, bundle.x[Math.min(bundle.x.length - 1, Math.max(0, here + across * steps))]!);
    else show(neighbour(picture, found, from, up * steps), from);
  }

  function show(curve: number, at: number): void {
    lastAt = at;
    actions.change({ at });
    const row = drawing!.picture.curves.rows[curve] ?? null;
    actions.drag({ hover: row });
    if (row !== null) actions.say(reading(drawing!, curve, at, words).join(" "));
  }
  let lastAt: number | null = null;

  catcher.addEventListener("blur", () => {
    catcher.classList.remove("pointed");
    if (actions.now().traits.hover !== null) actions.drag({ hover: null });
  });
  catcher.addEventListener("keydown", (event) => {
    catcher.classList.remove("pointed");
    if (!drawing) return;
    const { hover: row, brush } = actions.now().traits;
    const arrow = arrows[event.key];
    if (arrow && drawsCurves()) walk(arrow, event.shiftKey ? LEAP : 1);
    else if (event.key === "Escape") clear();
    else if (event.key === "Enter" && row !== null) pick(drawing.picture.curves.rows.indexOf(row), event.shiftKey);
    else if (event.key.toLowerCase() === "b" && !event.ctrlKey && !event.metaKey && drawsCurves()) {
      actions.brush([...brush, freshBrush(drawing, placeFor(drawing, row, lastAt))]);
      const svg = catcher.ownerSVGElement;
      // the box is there after the next frame
      requestAnimationFrame(() =>
        requestAnimationFrame(() =>
          svg?.querySelector<SVGElement>(".brush:last-child")?.focus({ preventScroll: true }),
        ),
      );
    } else return;
    taken(event);
  });

  return {
    element: catcher,
    draw(now, { local }) {
      drawing = now;
      lastAt = local.at;
      const { left, right, top, bottom } = now.geometry;
      setAttributes(catcher, { x: left, y: top, width: right - left, height: bottom - top });
    },
  };
}

function nearestToMean({ bundle, shown, mean }: Drawing["picture"], at: number): number {
  if (!mean) return -1;
  const place = placeIn(bundle.x, at);
  const middle = readAt(mean, 0, place);
  return nearest(bundle, shown, (offset) => readAt(bundle.values, offset, place), middle, Number.POSITIVE_INFINITY);
}

/** The shown curve so many places above the given one, where it is read. */
function neighbour({ bundle, shown }: Drawing["picture"], curve: number, at: number, steps: number): number {
  const place = placeIn(bundle.x, at);
  const heights = Float64Array.from({ length: bundle.count }, (_, index) =>
    readAt(bundle.values, index * bundle.x.length, place),
  );
  const order = Uint32Array.from(heights.keys())
    .filter((index) => shown[index] || index === curve)
    .sort((one, other) => heights[one]! - heights[other]! || one - other);
  const rank = order.indexOf(curve) + steps;
  return order[Math.min(order.length - 1, Math.max(0, rank))]!;
}

/** Where a brush made by keyboard is put: on the curve that is read, else in the middle. */
function placeFor({ picture, geometry: { x, y } }: Drawing, row: number | null, at: number | null) {
  const curve = row === null ? -1 : picture.curves.rows.indexOf(row);
  if (curve < 0) return { x: (x.low + x.high) / 2, y: (y.low + y.high) / 2 };
  const from = readingPlace(picture, curve, at);
  const value = readAt(picture.bundle.values, curve * picture.bundle.x.length, placeIn(picture.bundle.x, from));
  return { x: from, y: value };
}
