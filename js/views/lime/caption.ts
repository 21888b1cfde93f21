// Above the plot: what the weights are of, what model and linear model say of the row, and how well the line fits.
import { element, setAttributes, write } from "../../lib/dom";
import { alike } from "../../lib/format";
import type { Words } from "../../lib/words";
import { describe, printScore, titleOf } from "./describe";
import type { Part } from "./scene";

export function createCaption(words: Words): Part {
  const title = element("span", { class: "title" });
  const model = element("span");
  const local = element("span");
  const score = element("span");
  const share = element("span");
  const meter = element("span", { class: "meter", role: "img" }, share);
  const fit = element("span", { class: "fit push" }, model, local, score, meter);
  const whole = element("div", { class: "caption" }, title, fit);
  return {
    element: whole,
    draw(scene) {
      const { drawing } = scene;
      whole.hidden = drawing === null;
      if (!drawing) return;
      const { header } = drawing.found;
      const print = alike([header.prediction, header.local_prediction]);
      const told = (part: HTMLElement, key: "lime.model" | "lime.local", value: number | null) => {
        part.hidden = value === null;
        if (value !== null) write(part, words(key, { value: print(value) }));
      };
      write(title, titleOf(header, words));
      setAttributes(whole, { role: "group", "aria-label": describe(scene) });
      told(model, "lime.model", header.prediction);
      told(local, "lime.local", header.local_prediction);
      for (const part of [score, meter]) part.hidden = header.score === null;
      if (header.score === null) return;
      const value = printScore(header.score);
      const name = words("lime.score.name", { value });
      write(score, words("lime.score", { value }));
      setAttributes(score, { title: name });
      setAttributes(meter, { "aria-label": name, title: name });
      share.style.width = `${100 * Math.max(0, Math.min(1, header.score))}%`;
    },
  };
}
