// What lies over the stack: values, the base, the output's line, what is selected, the row under the pointer.
import { shape } from "../../lib/dom";
import { isAllZero } from "../../lib/force_order";
import { percentOf } from "../../lib/shap_words";
import type { Words } from "../../lib/words";
import type { Drawing, Scene, Stack } from "./scene";

interface Layer {
  element: SVGElement;
  draw(drawing: Drawing, scene: Scene): void;
}

export function createAxes(words: Words): Layer {
  const whole = shape("g", { class: "axes", "aria-hidden": "true" });
  const nothing = (x: number, y: number) =>
    shape("text", { class: "value", x, y, "text-anchor": "middle" }, words("contribution.none"));
  return {
    element: whole,
    draw({ stack, force, printer }, { state }) {
      const { left, right, y, ticks, top, bottom } = stack!.geometry;
      const { base, outputs } = stack!.columns;
      const last = base.length - 1;
      const known = force.header.base_known;
      const place = y.place(base[last]!);
      const written = state.traits.link === "logit" ? percentOf(base[last]!) : printer.plain(base[last]!);
      const line = Array.from(outputs, (value, column) => {
        const x = left + ((column + 0.5) / outputs.length) * (right - left);
        return `${x.toFixed(1)} ${y.place(value).toFixed(1)}`;
      });
      const at = Math.max(top + 8, Math.min(bottom - 16, place));
      whole.replaceChildren(
        ...ticks.flatMap(({ value, text }) => {
          const height = Math.round(y.place(value)) + 0.5;
          return [
            shape("path", { class: "tick", d: `M${left - 4} ${height}h4` }),
            shape("text", { x: left - 8, y: height + 3.5, "text-anchor": "end" }, text),
          ];
        }),
        shape("path", { class: "output", d: `M${line.join("L")}` }),
        shape("path", { class: "base", d: `M${left} ${place}H${right}` }),
        shape("text", { x: right + 5, y: at - 3 }, words(known ? "force.base" : "force.zero")),
        ...(known ? [shape("text", { class: "value", x: right + 5, y: at + 11 }, written)] : []),
        ...(isAllZero(force) ? [nothing((left + right) / 2, place - 14)] : []),
      );
    },
  };
}

/** What is not selected is veiled, so that the colours of the selected rows stay what they are. */
export function createSelected(): Layer {
  const veil = shape("path", { class: "veil" });
  const strip = shape("path", { class: "strip" });
  const brush = shape("rect", { class: "brush" });
  return {
    element: shape("g", { class: "selected", "aria-hidden": "true" }, veil, strip, brush),
    draw({ stack }, { local }) {
      const { geometry, chosen } = stack!;
      const { top, bottom, x, left, right } = geometry;
      const runs = chosen.count && !local.brush ? runsOf(stack!) : [];
      veil.setAttribute("d", runs.map(([a, b, on]) => (on ? "" : `M${a} ${top}H${b}V${bottom}H${a}z`)).join(""));
      strip.setAttribute(
        "d",
        runs.map(([a, b, on]) => (on ? `M${a} ${bottom + 3}H${Math.max(b, a + 1)}v4H${a}z` : "")).join(""),
      );
      brush.style.display = local.brush ? "" : "none";
      if (!local.brush) return;
      const [from, to] = [Math.min(...local.brush), Math.max(...local.brush)].map((stand) =>
        Math.max(left, Math.min(right, x.place(stand))),
      ) as [number, number];
      for (const [name, value] of Object.entries({
        x: from,
        y: top,
        width: Math.max(1, to - from),
        height: bottom - top,
      })) {
        brush.setAttribute(name, String(value));
      }
    },
  };
}

/** Runs of pixels across with and without a selected row. */
function runsOf({ geometry, chosen: { marks }, order, window }: Stack): [number, number, boolean][] {
  const { left, right } = geometry;
  const pixels = Math.round(right - left);
  const share = (window[1] - window[0]) / pixels;
  const runs: [number, number, boolean][] = [];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const first = Math.min(order.places.length - 1, Math.floor(window[0] + pixel * share));
    const last = Math.max(first + 1, Math.floor(window[0] + (pixel + 1) * share));
    let on = false;
    for (let stand = first; stand < last && !on; stand++) on = marks[order.places[stand]!] === 1;
    const open = runs.at(-1);
    if (open && open[2] === on) open[1] = left + pixel + 1;
    else runs.push([left + pixel, left + pixel + 1, on]);
  }
  return runs;
}

export function createPointer(): Layer {
  const line = shape("path", { class: "line" });
  const dot = shape("circle", { r: 3.5 });
  const opened = shape("path", { class: "opened" });
  return {
    element: shape("g", { class: "pointer", "aria-hidden": "true" }, opened, line, dot),
    draw({ stack, force }, { local }) {
      const { order, geometry, window } = stack!;
      const { x, y, top, bottom } = geometry;
      const at = local.at;
      line.style.display = dot.style.display = at === null ? "none" : "";
      if (at !== null) {
        const across = x.place(at + 0.5);
        line.setAttribute("d", `M${across} ${top}V${bottom}`);
        dot.setAttribute("cx", String(across));
        const output = force.outputs[order.places[at]!]!;
        dot.setAttribute("cy", String(Math.max(top, Math.min(bottom, y.place(output)))));
      }
      const stand = stack!.opened;
      const within = stand !== null && stand + 1 > window[0] && stand < window[1];
      opened.setAttribute("d", within ? `M${x.place(stand + 0.5)} ${top - 3}V${bottom + STRIP}` : "");
    },
  };
}

const STRIP = 9;
