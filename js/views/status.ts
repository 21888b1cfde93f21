// One line below: what the shown picture is made of, from its own header.
import type { AttributionMap } from "../lib/attribution";
import { button } from "../lib/controls";
import { element, shape } from "../lib/dom";
import { integer, percent, short } from "../lib/format";
import type { CurvePoint, State, Status } from "../lib/state";
import type { Words } from "../lib/words";
import { methodName } from "./describe";
import type { Actions, Part } from "./scene";

export function createStatus(actions: Actions, words: Words): Part {
  const text = element("span");
  const curve = element("span", { class: "curve" });
  const kernel = element("p", { class: "kernel" });
  const act = button("", "", () => actions.command(command));
  act.classList.remove("icon");
  act.classList.add("push");
  let command: "cancel" | "compute" = "cancel";
  const line = element("div", { class: "status" }, text, curve, act);
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
      text.replaceChildren(...statusLine(state, words));
      const drawn = header && header.sigma !== null ? sparkline(state.curve, header.total, words) : null;
      curve.replaceChildren(...(drawn ? [drawn] : []));
      kernel.hidden = state.kernel === "live";
      kernel.textContent = state.kernel === "live" ? "" : words(`kernel.${state.kernel}`);
      const label = offered(traits.status, map);
      act.hidden = label === null || state.kernel === "offline";
      act.disabled = state.kernel === "gone";
      if (label) {
        command = label === "stop" ? "cancel" : "compute";
        act.textContent = words(label);
        act.setAttribute("aria-label", words(label));
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

/** The status line as text, what matters most emphasised. */
export function statusLine(state: State, words: Words): (Node | string)[] {
  const { map, traits } = state;
  if (!map) return [words(traits.status === "idle" ? "state.idle" : "state.waiting")];
  const parts = phrases(map, traits.status, words);
  return parts.flatMap(({ text, strong }, index) => [index ? ", " : "", strong ? element("em", {}, text) : text]);
}

export function statusText(state: State, words: Words): string {
  return statusLine(state, words)
    .map((part) => (typeof part === "string" ? part : (part.textContent ?? "")))
    .join("");
}

interface Phrase {
  text: string;
  strong?: boolean;
}

function phrases(map: AttributionMap, status: Status, words: Words): Phrase[] {
  const { header } = map;
  const method = { text: methodName(map, words), strong: true };
  const nothing = map.scale === 0 ? [{ text: words("status.no_signal"), strong: true }] : [];
  if (header.method === "custom") return [method, { text: words("status.given") }, ...nothing];
  if (header.sigma === null) return [method, { text: words("status.exact") }, ...nothing];
  const unfinished = !header.finished && (status === "cancelled" || status === "failed");
  const counting = !unfinished ? "status.samples" : status === "failed" ? "status.failed" : "status.stopped";
  const sigma = short(header.sigma);
  const noise =
    header.noise_level === null
      ? words("status.noise_absolute", { sigma })
      : words("status.noise", { percent: percent(header.noise_level), sigma });
  const certainty = certaintyOf(map, words);
  return [
    method,
    { text: words(counting, { done: integer(header.done), total: integer(header.total) }), strong: true },
    { text: noise },
    certainty,
  ];
}

function certaintyOf({ header: { relative_error }, scale }: AttributionMap, words: Words): Phrase {
  if (scale === 0) return { text: words("status.no_signal"), strong: true };
  if (relative_error === null) return { text: words("status.no_error") };
  const noisy = relative_error > 1;
  return { text: words(noisy ? "status.noisy" : "status.error", { percent: percent(relative_error) }), strong: noisy };
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
