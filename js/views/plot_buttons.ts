// The buttons at the end of the row of controls: reset, the plot as a file, its code, what it shows.
import { button, icon, icons } from "../lib/controls";
import { element, setAttributes } from "../lib/dom";
import type { Words } from "../lib/words";
import type { PlotLocal, PlotState } from "./plot_scene";

export interface Doings {
  reset(): void;
  download(): void;
  /** Copy the code and show it, or close it. */
  copy(): void;
  /** Open or close what the plot shows, where this is explained. */
  explain?(): void;
}

interface Shown {
  state: PlotState;
  local: PlotLocal;
  drawing: unknown;
}

export interface PlotButtons {
  element: HTMLElement;
  /** Opens the code. */
  copy: HTMLElement;
  draw(scene: Shown): void;
}

/** `own` are those of this plot; they stand first. */
export function createPlotButtons(doings: Doings, words: Words, own: HTMLElement[] = []): PlotButtons {
  const reset = button(icon(icons.reset), words("reset"), doings.reset);
  const download = button(icon(icons.download), words("download"), doings.download);
  const copy = button(icon(icons.code), words("copy"), doings.copy);
  const about = doings.explain ? button("?", words("about"), doings.explain) : null;
  return {
    element: element("div", { class: "buttons push" }, ...own, reset, download, copy, about),
    copy,
    draw({ state, local, drawing }) {
      reset.disabled = state.kernel === "gone";
      download.disabled = drawing === null;
      copy.disabled = !state.traits.code;
      setAttributes(copy, { "aria-expanded": String(local.code !== null) });
      if (about) setAttributes(about, { "aria-expanded": String(local.about) });
    },
  };
}
