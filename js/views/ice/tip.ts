// The curve under the pointer, in numbers.
import { element, write } from "../../lib/dom";
import { integer } from "../../lib/format";
import { placeIn, readAt } from "../../lib/ice_curves";
import type { Words } from "../../lib/words";
import { curveOf, readingPlace } from "./lines";
import type { Drawing, Layer } from "./scene";

/** Which row, where, and the value there. */
export function reading({ picture, geometry }: Drawing, curve: number, at: number, words: Words): [string, string] {
  const { curves, bundle, category } = picture;
  const { header, rows } = curves;
  const place = category ? String(header.grid[Math.round(at)]) : geometry.xTicks!.fine(at);
  const value = readAt(bundle.values, curve * bundle.x.length, placeIn(bundle.x, at));
  const { fine, power } = geometry.yTicks;
  const told = { row: integer(rows[curve]!), feature: header.feature, at: place };
  return [words("ice.reading", told), fine(value) + power];
}

export function createTip(words: Words): Layer {
  const text = element("span");
  const value = element("b");
  const whole = element("div", { class: "tip", hidden: true }, text, "\u2002", value);
  return {
    element: whole,
    draw(drawing, { state: { traits }, local }) {
      const { picture, geometry } = drawing;
      const curve = curveOf(picture, traits.hover);
      whole.hidden = curve < 0;
      if (curve < 0) return;
      const at = readingPlace(picture, curve, local.at);
      const [where, number] = reading(drawing, curve, at, words);
      write(text, where);
      write(value, number);
      const { x, values } = picture.bundle;
      const across = geometry.x.place(at);
      const down = geometry.y.place(readAt(values, curve * x.length, placeIn(x, at)));
      const above = down - whole.offsetHeight - 12;
      const most = geometry.right - whole.offsetWidth;
      whole.style.left = `${Math.max(0, Math.min(most, across - whole.offsetWidth / 2))}px`;
      whole.style.top = `${above >= geometry.top ? above : down + 12}px`;
    },
  };
}
