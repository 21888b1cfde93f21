// Pointer and keys on the dots: a drag draws a box or a lasso, a click selects a row, a double click clears.
import { focusable, setAttributes, shape } from "../../lib/dom";
import { arrows, LEAP, placeOfHand, taken, tidy } from "../../lib/handling";
import { readSelection } from "../../lib/ice_curves";
import type { Operation, Shape } from "../../lib/swarm_brush";
import type { Key, Words } from "../../lib/words";
import { nearestDot } from "./dots";
import type { Actions, Dots, Drawing, Kind, Layer, Tool } from "./scene";
import { focusLastShape, freshBox } from "./shapes";
import { toldOf } from "./tip";

const DRAG = 4; // pixels from a click to a drag
const REACH = 10; // from the pointer to a dot
const CORNER = 3; // from one corner of a lasso to the next
const MOST_CORNERS = 400;

interface Down {
  place: [number, number];
  /** Pixels, from the first corner on. */
  path: [number, number][];
  others: Shape[];
  op: Operation;
  drawn: boolean;
}

export function createHand(actions: Actions, words: Words, kind: Kind): Layer {
  const role = { role: "application", tabindex: 0, "aria-label": words(`${kind.prefix}keys` as Key) };
  const catcher = shape("rect", { class: "catcher", ...role, ...focusable });
  let drawing: Drawing | null = null;
  let tool: Tool = "box";
  let at: number | null = null;
  let down: Down | null = null;

  const hover = (dot: number | null) => {
    if (dot !== at) actions.change({ dot });
    at = dot; // the next key may come before the next frame
    const row = dot === null ? null : drawing!.dots.rows[dot]!;
    if (row !== actions.now().traits.hover) actions.drag({ hover: row });
  };
  const clear = () => {
    actions.brush([]);
    hover(null);
  };
  const shapeTo = (event: PointerEvent): Shape => {
    const { geometry } = drawing!;
    const { left, right, top, bottom, x, y } = geometry;
    const [across, up] = placeOfHand(event, catcher);
    const place: [number, number] = [Math.min(right, Math.max(left, across)), Math.min(bottom, Math.max(top, up))];
    const path = down!.path;
    const last = path.at(-1)!;
    if (Math.hypot(place[0] - last[0], place[1] - last[1]) >= CORNER && path.length < MOST_CORNERS) path.push(place);
    const corners = tool === "lasso" ? path : [path[0]!, place];
    const places = {
      x: corners.map(([one]) => tidy(x.value(one), x.high - x.low)),
      y: corners.map(([, other]) => tidy(y.value(other), y.high - y.low)),
    };
    const sorted = (values: number[]) => [Math.min(...values), Math.max(...values)];
    if (tool === "lasso" && corners.length > 2) return { ...places, op: down!.op };
    return { x: sorted(places.x), y: sorted(places.y), op: down!.op };
  };

  catcher.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !drawing) return;
    catcher.setPointerCapture(event.pointerId);
    catcher.classList.add("pointed"); // a focus that follows another's is :focus-visible, whatever moved it
    catcher.focus({ preventScroll: true });
    const place = placeOfHand(event, catcher);
    const narrows = event.ctrlKey || event.metaKey;
    down = {
      place,
      path: [place],
      others: event.shiftKey || narrows ? actions.now().traits.brush : [],
      op: narrows ? "and" : "or",
      drawn: false,
    };
    event.preventDefault();
  });
  catcher.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const place = placeOfHand(event, catcher);
    if (!down) {
      const dot = nearestDot(drawing.dots, place, REACH);
      hover(dot < 0 ? null : dot);
      return;
    }
    const far = Math.hypot(place[0] - down.place[0], place[1] - down.place[1]) > DRAG;
    if (!far && !down.drawn) return;
    if (!down.drawn) hover(null);
    down.drawn = true;
    actions.brush([...down.others, shapeTo(event)], true);
  });
  catcher.addEventListener("pointerup", (event) => {
    if (down?.drawn && drawing) actions.brush([...down.others, shapeTo(event)]);
    else if (down && drawing) {
      const dot = nearestDot(drawing.dots, down.place, REACH);
      if (dot >= 0) pick(drawing.dots.rows[dot]!, event.shiftKey || event.ctrlKey || event.metaKey);
    }
    down = null;
  });
  catcher.addEventListener("pointercancel", () => {
    down = null;
  });
  catcher.addEventListener("pointerleave", () => {
    if (!down) hover(null);
  });
  catcher.addEventListener("dblclick", clear);

  /** Select one row, or add it to the selection or take it out. */
  function pick(row: number, further: boolean): void {
    const chosen = further ? readSelection(actions.now().traits.selection) : new Uint32Array();
    const others = chosen.filter((other) => other !== row);
    actions.select(Uint32Array.from(others.length < chosen.length ? others : [...others, row]).sort(), row);
  }

  /** Go to the next dot to the side in the same line, or to the line above or below: there to the same row. */
  function walk([across, up]: readonly [number, number], steps: number): void {
    const { dots, scatter } = drawing!;
    const found = at ?? middleDot(drawing!, kind);
    const next =
      at === null
        ? found
        : across || scatter.lines === 1
          ? along(dots, found, across ? dots.across : dots.down, (across || -up) * steps, (dot) =>
              sameLine(drawing!, kind, dot, found),
            )
          : otherLine(drawing!, kind, found, -up);
    if (next < 0) return;
    hover(next);
    actions.say(toldOf(drawing!, next, actions.now(), kind, words).join(" "));
  }

  catcher.addEventListener("blur", () => {
    catcher.classList.remove("pointed");
    if (actions.now().traits.hover !== null) hover(null);
  });
  catcher.addEventListener("keydown", (event) => {
    catcher.classList.remove("pointed");
    if (!drawing) return;
    const { brush } = actions.now().traits;
    const arrow = arrows[event.key];
    if (arrow) walk(arrow, event.shiftKey ? LEAP : 1);
    else if (event.key === "Escape") clear();
    else if (event.key === "Enter" && at !== null) pick(drawing.dots.rows[at]!, event.shiftKey);
    else if (event.key.toLowerCase() === "b" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const box = freshBox(drawing, at ?? middleDot(drawing, kind));
      actions.brush(event.shiftKey ? [...brush, box] : [box]);
      focusLastShape(catcher);
    } else return;
    taken(event);
  });

  return {
    element: catcher,
    draw(now, { local }) {
      drawing = now;
      tool = local.tool;
      at = local.dot !== null && local.dot < now.dots.count ? local.dot : null;
      const { left, right, top, bottom } = now.geometry;
      setAttributes(catcher, { x: left, y: top, width: right - left, height: bottom - top });
    },
  };
}

const sameLine = ({ scatter, dots }: Drawing, kind: Kind, one: number, other: number) =>
  kind.lineAt(scatter, dots.y[one]!) === kind.lineAt(scatter, dots.y[other]!);

/** The dot nearest to the middle of the first line. */
function middleDot({ dots, geometry, scatter }: Drawing, kind: Kind): number {
  const { left, right } = geometry;
  const first = Uint32Array.from({ length: dots.count }, (_, dot) => dot).filter(
    (dot) => kind.lineAt(scatter, dots.y[dot]!) === 0,
  );
  const middle = (left + right) / 2;
  const distance = (dot: number) => Math.abs(dots.across[dot]! - middle);
  return first.reduce((best, dot) => (best < 0 || distance(dot) < distance(best) ? dot : best), -1);
}

/** The dot so many places further on, among those that count. */
function along(
  dots: Dots,
  from: number,
  places: Float32Array,
  steps: number,
  counts: (dot: number) => boolean,
): number {
  const order = Uint32Array.from({ length: dots.count }, (_, dot) => dot)
    .filter(counts)
    .sort((one, other) => places[one]! - places[other]! || one - other);
  return order[Math.min(order.length - 1, Math.max(0, order.indexOf(from) + steps))]!;
}

/** The dot of the same row in the next line; of a picture, where that may be covered, the nearest one. */
function otherLine({ dots, scatter }: Drawing, kind: Kind, from: number, step: number): number {
  const line = kind.lineAt(scatter, dots.y[from]!) + Math.sign(step);
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (let dot = 0; dot < dots.count; dot++) {
    if (kind.lineAt(scatter, dots.y[dot]!) !== line) continue;
    if (dots.rows[dot] === dots.rows[from]) return dot;
    const distance = Math.abs(dots.across[dot]! - dots.across[from]!);
    if (scatter.picture && distance < least) [best, least] = [dot, distance];
  }
  return best;
}
