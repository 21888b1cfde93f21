// What the colours of the curves mean, under the axis.
import { toCss } from "../../lib/colour";
import { shape } from "../../lib/dom";
import { legendOf } from "../../lib/legend";
import { inksOf } from "../../lib/row_colours";
import type { Words } from "../../lib/words";
import type { Layer } from "./scene";

export function createLegend(words: Words, measure: (text: string) => number): Layer {
  const whole = shape("g", { class: "legend" });
  return {
    element: whole,
    draw({ picture, geometry }, { surroundings }) {
      const { colors } = picture.curves.header;
      const { left, width, foot } = geometry;
      const inks = colors ? inksOf(colors, surroundings.theme) : [];
      const { items } = legendOf(colors, words, width - left, measure);
      const top = foot + 13;
      whole.replaceChildren(
        ...items.flatMap(({ item, x, y }) => item.draw(left + x, top + y, (code) => toCss(inks[code]!))),
      );
    },
  };
}
