// The row above the plot: which row and class, and how many features are shown.
import { button, icon, icons, numberField, select } from "../../lib/controls";
import { element, setAttributes } from "../../lib/dom";
import { createChange } from "../../lib/memo";
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

export function createControls(actions: Actions, words: Words, doings: Doings, rows: number): ControlsRow {
  const { set } = actions;
  const row = numberField(words("agree.row"), rows - 1, (index) => set({ index }));
  row.element.classList.add("row-number");
  const target = select(words("agree.class"), [], (index) => set({ target: Number(index) }));
  target.element.classList.add("target");
  const most = createMost((max_display) => set({ max_display }), words);
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
      row.element,
      target.element,
      most.element,
      element("div", { class: "buttons push" }, reset, download, copy, about),
    ),
    draw({ state: { traits, kernel, agreement }, local }) {
      const reachable = kernel === "live" || kernel === "silent";
      if (changed(traits.class_names)) {
        target.offer(traits.class_names.map((text, index) => ({ value: String(index), text })));
      }
      row.element.hidden = traits.index === null;
      row.show(traits.index ?? 0);
      target.element.hidden = traits.class_names.length < 2;
      const named = agreement?.header.target_name ?? null;
      const shown = named === null ? traits.class_names.length - 1 : traits.class_names.indexOf(named);
      target.show(String(traits.target ?? shown));
      most.draw(traits.max_display, traits.feature_names.length);
      for (const one of [row, target]) one.enable(reachable);
      reset.disabled = kernel === "gone";
      download.disabled = agreement === null;
      copy.disabled = !agreement?.header.code;
      open = { about: local.about, code: local.code !== null };
      setAttributes(copy, { "aria-expanded": String(open.code) });
      setAttributes(about, { "aria-expanded": String(open.about) });
    },
  };
}
