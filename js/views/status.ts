// One line below: what the shown picture is made of, from its own header.
import type { AttributionMap } from "../lib/attribution";
import { button } from "../lib/controls";
import { element, focusable, focusedIn, setAttributes, shape, write } from "../lib/dom";
import { percent } from "../lib/format";
import { createChange } from "../lib/memo";
import type { CurvePoint, Status } from "../lib/state";
import type { Words } from "../lib/words";
import type { Actions, Part } from "./scene";
import { type Phrase, statusPhrases } from "./sentence";

export function createStatus(actions: Actions, words: Words): Part {
  const text = element("span");
  const curve = element("span", { class: "curve" });
  const kernel = element("p", { class: "kernel" });
  const act = button("", "", () => actions.command(command));
  act.classList.remove("icon");
  act.classList.add("push");
  const changed = createChange();
  let command: "cancel" | "compute" = "cancel";
  const line = element(
    "div",
    { class: "status", tabindex: -1, role: "group", "aria-label": words("status"), ...focusable },
    text,
    curve,
    act,
  );
  return {
    element: element("div", {}, line, kernel),
    draw({ state }) {
      const { traits, map } = state;
      const running = traits.status === "running";
      const header = map?.header;
      line.style.setProperty(
        "--p",
        running && header && !header.finished ? `${(100 * header.done) / header.total}%` : "0",
      );
      if (changed(map, traits.status, state.curve)) {
        text.replaceChildren(...emphasised(statusPhrases(state, words)));
        const drawn = header && header.sigma !== null ? sparkline(state.curve, header.total, words) : null;
        curve.replaceChildren(...(drawn ? [drawn] : []));
      }
      kernel.hidden = state.kernel === "live";
      write(kernel, state.kernel === "live" ? "" : words(`kernel.${state.kernel}`));
      const label = offered(traits.status, map);
      const hidden = label === null || state.kernel === "offline";
      if (hidden && focusedIn(act)) line.focus({ preventScroll: true }); // not back to the top of the page
      act.hidden = hidden;
      act.disabled = state.kernel === "gone";
      if (label) {
        command = label === "stop" ? "cancel" : "compute";
        write(act, words(label));
        setAttributes(act, { "aria-label": words(label) });
      }
    },
  };
}

function offered(status: Status, map: AttributionMap | null) {
  if (status === "running") return "stop";
  if (status === "failed") return "compute_again";
  if (status === "cancelled") return map ? "go_on" : "compute";
  return status === "idle" ? "compute" : null;
}

function emphasised(phrases: Phrase[]): (Node | string)[] {
  return phrases.flatMap(({ text, strong }, index) => [index ? ", " : "", strong ? element("em", {}, text) : text]);
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
