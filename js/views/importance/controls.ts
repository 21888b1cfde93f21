// The row above the plot: which output, and how many features stand by themselves.
import { button, icon, icons } from "../../lib/controls";
import { element, setAttributes } from "../../lib/dom";
import { createOutputControl } from "../../lib/shap_output";
import type { Words } from "../../lib/words";
import { createMost } from "../most";
import type { Actions, Part } from "./scene";

export interface Doings {
  copy(): void;
  download(): void;
}

export interface ControlsRow extends Part {
  /** Opens the code. */
  copy: HTMLElement;
}

export function createControls(actions: Actions, words: Words, doings: Doings): ControlsRow {
  const output = createOutputControl(actions.set, words);
  const most = createMost((max_display) => actions.set({ max_display }), words);
  let open = { about: false, code: false };
  const reset = button(icon(icons.reset), words("reset"), () => actions.command("reset"));
  const download = button(icon(icons.download), words("download"), doings.download);
  const copy = button(icon(icons.code), words("copy"), () =>
    open.code ? actions.change({ code: null }) : doings.copy(),
  );
  const about = button("?", words("about"), () => actions.change({ about: !open.about }));
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
      output.draw(traits, importance?.header ?? null, kernel === "live" || kernel === "silent");
      most.draw(max_display, feature_names.length);
      reset.disabled = kernel === "gone";
      download.disabled = importance === null;
      copy.disabled = !importance?.header.code;
      open = { about: local.about, code: local.code !== null };
      setAttributes(copy, { "aria-expanded": String(open.code) });
      setAttributes(about, { "aria-expanded": String(open.about) });
    },
  };
}
