// Above the plot: what the model says of the row, and where the methods disagree about it.
import { element, write } from "../../lib/dom";
import type { Words } from "../../lib/words";
import { sentenceOf, titleOf } from "./describe";
import type { Part } from "./scene";

export function createCaption(words: Words): Part {
  const title = element("span", { class: "title" });
  const scale = element("span", { class: "muted push" }, words("agree.scale"));
  const sentence = element("p", { class: "sentence" });
  const whole = element("div", {}, element("div", { class: "caption" }, title, scale), sentence);
  return {
    element: whole,
    draw({ drawing }) {
      whole.hidden = drawing === null;
      if (!drawing) return;
      write(title, titleOf(drawing, words));
      const told = sentenceOf(drawing.agreement, words);
      sentence.hidden = told === "";
      write(sentence, told);
    },
  };
}
