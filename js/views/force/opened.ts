// The opened row, beneath the others; a single row alone.
import { button } from "../../lib/controls";
import { element, focusedIn, write } from "../../lib/dom";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { createBar } from "./bar";
import type { Actions, Part } from "./scene";

export function createOpened(actions: Actions, words: Words, measure: Measure, focusStack: () => void): Part {
  const bar = createBar(actions, words, measure);
  const title = element("b");
  const close = button("×", words("close"), () => actions.set({ index: null }));
  close.classList.add("push");
  const head = element(
    "div",
    { class: "opened-head" },
    title,
    element("span", { class: "muted" }, words("force.opened")),
    close,
  );
  const whole = element(
    "section",
    { class: "opened-row", "aria-label": words("force.opened.name") },
    head,
    bar.element,
  );
  whole.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    actions.set({ index: null });
    event.stopPropagation();
  });
  return {
    element: whole,
    draw(scene) {
      const { drawing, state } = scene;
      const record = drawing?.opened ?? null;
      const many = drawing?.stack !== null;
      if (!record && focusedIn(whole)) focusStack();
      whole.hidden = record === null;
      head.hidden = !many;
      if (!record || !drawing) return;
      write(title, words("force.row", { row: state.traits.index ?? record.row }));
      bar.draw(drawing, scene);
    },
  };
}
