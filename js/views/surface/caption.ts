// Above the plot: what is shown, and what is read at the cursor.
import { element, write } from "../../lib/dom";
import type { Words } from "../../lib/words";
import { reading, titleOf } from "./describe";
import type { Part } from "./scene";

export function createCaption(words: Words): Part {
  const title = element("span", { class: "title" });
  const where = element("span");
  const value = element("b");
  const rows = element("span", { class: "muted" });
  const read = element("span", { class: "reading push" }, where, value, rows);
  const whole = element("div", { class: "caption" }, title, read);
  return {
    element: whole,
    draw({ drawing }) {
      whole.hidden = drawing === null;
      if (!drawing) return;
      write(title, titleOf(drawing));
      [where, value, rows].forEach((part, index) => {
        write(part, reading(drawing, drawing.cursor, words)[index]!);
      });
    },
  };
}
