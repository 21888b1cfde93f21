// The same as a hand does, by keys: arrows move along the rows and select with Shift, Enter opens, plus and minus zoom.
import { taken } from "../../lib/handling";
import { readingOf } from "./describe";
import type { RowDoings } from "./doings";
import type { Actions } from "./scene";

const PAGE = 10; // parts of the rows in sight
export const STEP = 1.5; // of a zoom

/** Listens on the catcher; gives back how to forget where a selection by keys began. */
export function listenToKeys(catcher: SVGElement, rows: RowDoings, actions: Actions): () => void {
  let anchor: number | null = null;
  const here = () => {
    const { window } = rows.stack!;
    return actions.scene()!.local.at ?? Math.round((window[0] + window[1]) / 2);
  };
  const go = (to: number, selecting: boolean) => {
    const { window, geometry } = rows.stack!;
    const from = here();
    const stand = rows.rowAt(to);
    if (stand < window[0]) rows.move(stand - window[0]);
    else if (stand >= window[1]) rows.move(stand + 1 - window[1]);
    if (selecting) {
      anchor ??= from;
      rows.choose([anchor, stand], { adding: false, moving: false });
    } else anchor = null;
    rows.point(stand, geometry.top);
    const scene = actions.scene();
    if (scene?.drawing) actions.say(readingOf(scene.drawing, stand, scene.words));
  };
  catcher.addEventListener("keydown", (event) => {
    if (!rows.stack) return;
    catcher.classList.remove("pointed");
    const { window, columns } = rows.stack;
    const inSight = window[1] - window[0];
    const column = Math.max(1, Math.round(inSight / columns.count));
    const page = Math.max(1, Math.round(inSight / PAGE));
    const by = (step: number) => () => go(here() + step, event.shiftKey);
    const keys: Record<string, () => void> = {
      ArrowLeft: by(-column),
      ArrowRight: by(column),
      PageUp: by(-page),
      PageDown: by(page),
      Home: () => go(0, event.shiftKey),
      End: () => go(rows.count - 1, event.shiftKey),
      Enter: () => rows.open(here()),
      "+": () => rows.zoom(STEP),
      "=": () => rows.zoom(STEP),
      "-": () => rows.zoom(1 / STEP),
      0: () => actions.change({ window: null }),
      Escape: () => {
        anchor = null;
        rows.clear();
      },
    };
    const act = keys[event.key];
    if (!act) return;
    act();
    taken(event);
  });
  return () => {
    anchor = null;
  };
}
