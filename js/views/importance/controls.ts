// The row above the plot: which output, and how many features stand by themselves.
import { button, icon, icons, select } from "../../lib/controls";
import { element, setAttributes } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import { createOutputControl } from "../../lib/shap_output";
import type { Words } from "../../lib/words";
import type { Actions, Part } from "./scene";

export interface Doings {
  copy(): void;
  download(): void;
}

export interface ControlsRow extends Part {
  /** Opens the code. */
  copy: HTMLElement;
}

const COUNTS = [5, 10, 20, 50];
const MOST = 1000; // that the widget takes

export function createControls(actions: Actions, words: Words, doings: Doings): ControlsRow {
  const output = createOutputControl(actions.set, words);
  const most = select(words("importance.most"), [], (count) => actions.set({ max_display: Number(count) }));
  most.element.classList.add("most");
  let open = { about: false, code: false };
  const reset = button(icon(icons.reset), words("reset"), () => actions.command("reset"));
  const download = button(icon(icons.download), words("download"), doings.download);
  const copy = button(icon(icons.code), words("copy"), () =>
    open.code ? actions.change({ code: null }) : doings.copy(),
  );
  const about = button("?", words("about"), () => actions.change({ about: !open.about }));
  const changed = createChange();
  return {
    copy,
    element: element(
      "div",
      { class: "controls" },
      output.element,
      most.element,
      element("div", { class: "buttons push" }, reset, download, copy, about),
    ),
    draw({ state: { traits, kernel, importance }, local }) {
      const { max_display, feature_names } = traits;
      const whole = Math.min(MOST, feature_names.length);
      output.draw(traits, importance?.header ?? null, kernel === "live" || kernel === "silent");
      const shown = Math.min(max_display, whole);
      if (changed(shown, whole)) {
        const counts = [...new Set([...COUNTS.filter((count) => count < whole), shown, whole])].sort((a, b) => a - b);
        most.offer(counts.map((count) => ({ value: String(count), text: nameOf(count, whole, words) })));
      }
      most.show(String(shown));
      reset.disabled = kernel === "gone";
      download.disabled = importance === null;
      copy.disabled = !importance?.header.code;
      open = { about: local.about, code: local.code !== null };
      setAttributes(copy, { "aria-expanded": String(open.code) });
      setAttributes(about, { "aria-expanded": String(open.about) });
    },
  };
}

const nameOf = (count: number, whole: number, words: Words) =>
  count === whole ? words("importance.most.all", { count }) : String(count);
