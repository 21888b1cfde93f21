// The whole view: controls above, the stack or the bar, the opened row, status below.
import { type Force, type Ordering, placeOfRow, type RowRecord, recordAt } from "../../lib/force_frame";
import { type Columns, chosenOf, columnsOf, type Order, orderOf, standOf } from "../../lib/force_order";
import type { ForceSettings, ForceState } from "../../lib/force_state";
import { readSelection } from "../../lib/ice_curves";
import { createMemo } from "../../lib/memo";
import { explainerOf, printerFor } from "../../lib/shap_words";
import { createPlotView } from "../plot_view";
import { printerOf } from "./bar_layout";
import { createCaption } from "./caption";
import { createControls } from "./controls";
import { announceOwn, describe, statusPhrases, titleOf } from "./describe";
import { layoutFor, stackWidth } from "./layout";
import { createOpened } from "./opened";
import { createPlot } from "./plot";
import type { Drawing, Local, Stack } from "./scene";
import type { Window } from "./window";

export const createForceView = createPlotView<ForceState, ForceSettings, Local, Drawing>((measure) => {
  const draw = createDrawer();
  return {
    about: "force.about",
    by: ({ state: { force }, words }) => explainerOf(force?.header, words),
    local: { window: null, at: null, height: 0, brush: null, drag: "brush", band: null },
    reset: { window: null, band: null },
    keep: (local, { force }) =>
      force && local.at !== null && local.at >= force.count ? { ...local, at: null } : local,
    shown: ({ force }) => force,
    draw: (state, { local, width }) => state.force && draw(state, state.force, local, width),
    assemble(actions, words) {
      const plot = createPlot(actions, words, measure);
      return {
        controls: createControls(actions, words, plot.zoom),
        parts: [createCaption(actions, words), plot, createOpened(actions, words, measure, plot.focus)],
      };
    },
    phrases: statusPhrases,
    describe,
    announceOwn,
    figure(drawing, { words }) {
      const title = titleOf(drawing, words);
      return { title, name: `force ${title}`, of: drawing.stack ? ".plot" : ".bar" };
    },
  };
});

/** What is drawn, made anew where what it is made of has changed. */
function createDrawer(): (state: ForceState, force: Force, local: Local, width: number) => Drawing {
  const ordered = createMemo(
    (force: Force, order: string, ordering: Ordering | null): Order => orderOf(force, order, ordering),
  );
  const averaged = createMemo(
    (force: Force, order: Order, from: number, to: number, pixels: number, display: number): Columns =>
      columnsOf(force, order.places, from, to, pixels, display),
  );
  const laid = createMemo((columns: Columns, from: number, to: number, width: number, logit: boolean) =>
    layoutFor(columns, [from, to], width, logit),
  );
  const chosen = createMemo((force: Force, selection: unknown) => chosenOf(force, readSelection(selection)));
  const opens = createMemo(standOf);
  const opening = createMemo(openedOf);
  return (state, force, local, width) => {
    const { traits } = state;
    if (force.header.n_rows === 1) {
      const opened = force.header.row ?? recordAt(force, 0);
      return { force, width, stack: null, opened, printer: printerOf(opened) };
    }
    const order = ordered(force, traits.order, state.ordering);
    const [from, to] = within(local.window, force.count);
    const pixels = Math.max(1, Math.round(stackWidth(width) * (devicePixelRatio || 1)));
    const columns = averaged(force, order, from, to, pixels, traits.max_display);
    const geometry = laid(columns, from, to, width, traits.link === "logit");
    const stack: Stack = {
      order,
      window: [from, to],
      columns,
      geometry,
      chosen: chosen(force, traits.selection),
      opened: opens(force, order, traits.index),
    };
    const opened = opening(force, traits.index, traits.opened);
    const [low, high] = columns.range;
    return { force, width, stack, opened, printer: printerFor((high - low) / 4) };
  };
}

function within(window: Window | null, count: number): Window {
  if (!window || window[1] > count) return [0, count];
  return window;
}

/** The opened row: exactly where the kernel has told, else as it was sent. */
function openedOf(force: Force, index: number | null, exact: RowRecord | null): RowRecord | null {
  if (index === null) return null;
  if (exact?.row === index && exact.output_of === force.header.output) return exact;
  const place = placeOfRow(force, index);
  return place < 0 ? null : recordAt(force, place);
}
