// The strongest bands by name, above and below the stack; a leader goes to where each is thickest.
import { focusable, shape } from "../../lib/dom";
import { taken } from "../../lib/handling";
import { cut } from "../../lib/measure";
import { fitting, spreadApart } from "../../lib/shap_labels";
import type { Measure } from "../plot_scene";
import { NAMES, UNDER } from "./layout";
import type { Actions, Drawing, Scene, Stack } from "./scene";

interface Name {
  band: number;
  text: string;
  side: "raise" | "lower";
  at: number;
  /** The middle of the band there. */
  height: number;
  width: number;
}

const MOST = 4; // names on a side
const THICK = 9; // pixels of a band that is named
const LONGEST = 150;
const TALL = 24; // of a name, to be hit
const GAP = 14;
const FAR = 120; // pixels from a name to its band
const NEAR = 36; // pixels between two leaders
const LEVEL = 0.97; // of the thickest place, where it is as thick
const AROUND = 6; // columns of pixels that a leader looks at to either side

export function createBands(actions: Actions, measure: Measure) {
  const whole = shape("g", { class: "bands" });
  return {
    element: whole,
    draw(drawing: Drawing, { local, words }: Scene) {
      const stack = drawing.stack!;
      const { top, bottom, left, right } = stack.geometry;
      const all = (["lower", "raise"] as const).flatMap((side) => {
        return placed(namesOf(drawing, stack, side, measure), left, right);
      });
      const leaders = all.map(({ side, at, height, place }) => {
        const path =
          side === "lower"
            ? `M${place} ${top - NAMES + TALL}v2L${at} ${top - 4}V${height}`
            : `M${place} ${bottom + UNDER}v-2L${at} ${bottom + 13}V${height}`;
        return [
          shape("path", { class: "halo", d: path }),
          shape("path", { class: "leader", d: path }),
          shape("circle", { cx: at, cy: height, r: 2 }),
        ];
      });
      const buttons = all.map(({ band, text, side, place, width }) => {
        const { features, columns } = drawing.force.header;
        const feature = columns[band]!;
        const pressed = local.band === feature;
        const y = side === "lower" ? top - NAMES : bottom + UNDER;
        const name = features[feature]!;
        const label = words(`force.highlight.${side}`, { feature: name });
        const role = { role: "button", tabindex: 0, "aria-pressed": String(pressed), "aria-label": label };
        const made = shape(
          "g",
          { class: `name ${side}`, "data-band": `${side}${band}`, ...role, ...focusable },
          shape("rect", { x: place - width / 2 - GAP / 2, y, width: width + GAP, height: TALL, rx: 3 }),
          shape("text", { x: place, y: y + 16, "text-anchor": "middle" }, text),
          shape("title", {}, name),
        );
        const toggle = () => actions.change({ band: pressed ? null : feature });
        made.addEventListener("click", toggle);
        made.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          toggle();
          taken(event);
        });
        return made;
      });
      const held = whole.querySelector(":focus")?.getAttribute("data-band");
      whole.replaceChildren(...leaders.flat(), ...buttons);
      if (held) buttons.find((one) => one.getAttribute("data-band") === held)?.focus({ preventScroll: true });
    },
  };
}

/** Names in a row, as many of the strongest as stand near their bands. */
function placed(names: Name[], left: number, right: number): (Name & { place: number })[] {
  const places = spreadApart(names, left, right, GAP);
  const far = names.some(({ at }, index) => Math.abs(places[index]! - at) > FAR);
  if (far && names.length > 1) return placed(names.slice(0, -1), left, right);
  return names.map((name, index) => ({ ...name, place: places[index]! }));
}

function namesOf({ force }: Drawing, stack: Stack, side: "raise" | "lower", measure: Measure): Name[] {
  const { bands, outputs, count } = stack.columns;
  const { left, right, y } = stack.geometry;
  const { header } = force;
  const sign = side === "raise" ? 1 : -1;
  const found: Name[] = [];
  const at = Float32Array.from(outputs);
  const features = Math.min(bands.length - 2, header.columns.length);
  for (let band = 0; band < features; band++) {
    const values = bands[band]!;
    let best = -1;
    let thickest = 0;
    let last = -1;
    for (let column = AROUND; column < count - AROUND; column += 2) {
      const x = left + ((column + 0.5) / count) * (right - left);
      if (found.some((other) => Math.abs(other.at - x) < NEAR)) continue;
      let sum = 0;
      for (let near = column - AROUND; near <= column + AROUND; near++) sum += Math.max(0, sign * values[near]!);
      if (sign * values[column]! <= 0) continue;
      if (best >= 0 && column === last + 2 && sum >= LEVEL * thickest) last = column; // as thick still
      if (sum > thickest) [thickest, best, last] = [Math.max(sum, thickest), column, column];
    }
    const there = Math.round((best + last) / 2);
    const middle = best < 0 ? 0 : at[there]! - values[there]! / 2;
    for (let column = 0; column < count; column++) {
      if (sign * values[column]! > 0) at[column]! -= values[column]!;
    }
    const thick = Math.abs(y.place(thickest / (2 * AROUND + 1)) - y.place(0));
    if (best < 0 || thick < THICK) continue;
    const text = cut(header.features[header.columns[band]!]!, LONGEST, measure);
    const x = left + ((there + 0.5) / count) * (right - left);
    found.push({ band, text, side, at: x, height: y.place(middle), width: measure(text) });
    if (found.length === MOST) break;
  }
  return found.slice(
    0,
    fitting(
      found.map(({ width }) => width),
      right - left,
      GAP,
    ),
  );
}
