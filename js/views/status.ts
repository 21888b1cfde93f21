// One line below: what the shown picture is made of, from its own header.
import { element, shape } from "../lib/dom";
import { percent } from "../lib/format";
import { createChange } from "../lib/memo";
import type { CurvePoint } from "../lib/state";
import type { Words } from "../lib/words";
import type { Actions, Part } from "./scene";
import { statusPhrases } from "./sentence";
import { createStatusLine } from "./status_line";

export function createStatus(actions: Actions, words: Words): Part {
  const curve = element("span", { class: "curve" });
  const line = createStatusLine(actions.command, words, curve);
  const changed = createChange();
  return {
    element: line.element,
    draw({ state }) {
      const { traits, map } = state;
      const header = map?.header ?? null;
      if (changed(map, traits.status, state.curve)) {
        line.say(statusPhrases(state, words));
        const drawn = header && header.sigma !== null ? sparkline(state.curve, header.total, words) : null;
        curve.replaceChildren(...(drawn ? [drawn] : []));
      }
      line.draw(state, header);
    },
  };
}

const WIDTH = 74;
const HEIGHT = 18;

/** A curve of the size of a word: the sampling error against samples. */
function sparkline(curve: readonly CurvePoint[], total: number, words: Words): SVGElement | null {
  const [first, last] = [curve[0], curve.at(-1)];
  if (!first || !last || curve.length < 2) return null;
  const top = Math.max(...curve.map(({ error }) => error));
  const x = (done: number) => 2 + ((WIDTH - 5) * (done - first.done)) / Math.max(1, total - first.done);
  const y = (error: number) => HEIGHT - 2 - (HEIGHT - 5) * (top > 0 ? error / top : 0);
  const path = curve.map(
    ({ done, error }, index) => `${index ? "L" : "M"}${x(done).toFixed(1)} ${y(error).toFixed(1)}`,
  );
  const label = words("status.curve", {
    first: percent(first.error),
    from: first.done,
    last: percent(last.error),
    to: last.done,
  });
  return shape(
    "svg",
    { width: WIDTH, height: HEIGHT, role: "img", "aria-label": label },
    shape("path", { d: `M0 ${HEIGHT - 1.5}H${WIDTH}`, stroke: "var(--xw-rule)" }),
    shape("path", { d: path.join(""), fill: "none", stroke: "var(--xw-ink-2)" }),
    shape("circle", { cx: x(last.done), cy: y(last.error), r: 2, fill: "var(--xw-ink)" }),
  );
}
