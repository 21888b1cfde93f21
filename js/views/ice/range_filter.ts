// A filter on numbers: two handles on a range, with the data's histogram behind them.
import { ticksBetween } from "../../lib/axis";
import { button } from "../../lib/controls";
import { element, focusable, setAttributes, shape, write } from "../../lib/dom";
import { integer } from "../../lib/format";
import { tidy } from "../../lib/handling";
import { isSingle, type Range } from "../../lib/ice_bins";
import { endsOf, type Filter } from "../../lib/ice_columns";
import type { Words } from "../../lib/words";
import type { Counts, FilterControl } from "./filter_card";

const STEPS = 200; // from end to end
const WIDTH = 1000; // of the drawing, stretched to the room there is
const HEIGHT = 40;
const WIDEST = 60; // of a bar

/** So many rows are `lacking` a value; they pass where no filter is set, or where they are asked for. */
export function createRangeFilter(
  feature: string,
  range: Range,
  lacking: number,
  words: Words,
  change: (filter: Filter | null, moving?: boolean) => void,
): FilterControl {
  const { low, high, whole } = range;
  const span = high - low;
  const steps = whole && span > 0 && span <= STEPS ? span : STEPS;
  const ticks = ticksBetween(low, high, 8);
  const print = (value: number) => (whole ? ticksBetween(0, 4, 4).print(value) : ticks.fine(value) + ticks.power);
  const valueAt = (step: number) => {
    if (step === 0) return low;
    if (step === steps) return high;
    const value = low + (span * step) / steps;
    return whole ? Math.round(value) : tidy(value, span);
  };
  const stepOf = (value: number) => (span > 0 ? Math.round(((value - low) / span) * steps) : 0);
  const told = element("output");
  let ends: [number, number] = [low, high];
  let open = true; // no filter is set
  const missing = element("input", { type: "checkbox", ...focusable });
  const send = (moving = false) => {
    const all = ends[0] <= low && ends[1] >= high && (missing.checked || !lacking);
    change(all ? null : [...ends, ...(missing.checked ? [null] : [])], moving);
  };
  missing.addEventListener("change", () => send());
  const only = button(words("ice.filter.only"), words("ice.filter.only.name", { feature }), () => change([null]));
  only.classList.replace("icon", "quiet");
  const name = words("ice.filter.lacking.count", { count: integer(lacking) });
  const others = element(
    "div",
    { class: "lacking", hidden: !lacking },
    element("label", { class: "toggle" }, missing, element("span", { class: "muted" }, name)),
    only,
  );

  const handle = (side: 0 | 1) => {
    const name = words(side ? "ice.filter.high" : "ice.filter.low", { feature });
    const input = element("input", { type: "range", min: 0, max: steps, step: 1, "aria-label": name, ...focusable });
    const move = (moving: boolean) => {
      const value = valueAt(input.valueAsNumber);
      ends = side ? [ends[0], Math.max(ends[0], value)] : [Math.min(ends[1], value), ends[1]];
      if (open) missing.checked = false;
      send(moving);
      show();
    };
    input.addEventListener("input", () => move(true));
    input.addEventListener("change", () => move(false));
    input.disabled = span === 0;
    return input;
  };
  const inputs = [handle(0), handle(1)];
  const bars = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const handles = element("div", { class: "handles" }, ...inputs);

  function show(): void {
    inputs.forEach((input, side) => {
      const step = Math.min(steps, Math.max(0, stepOf(ends[side]!)));
      input.valueAsNumber = step;
      setAttributes(input, { "aria-valuetext": print(ends[side]!) });
      handles.style.setProperty(side ? "--high" : "--low", String(step / steps));
    });
    handles.classList.toggle("low-above", inputs[0]!.valueAsNumber > steps / 2);
    write(told, words("ice.range.signed", { from: print(ends[0]), to: print(ends[1]) }));
  }

  return {
    told,
    element: element("div", { class: "range" }, bars, handles, others),
    draw(filter, counts) {
      open = filter === null;
      missing.checked = lacking > 0 && (filter?.includes(null) ?? true);
      const [from = low, to = high] = filter ? endsOf(filter) : [];
      ends = [from, to];
      handles.classList.toggle("none", filter?.length === 1);
      show();
      drawBars(bars, counts, range);
    },
  };
}

function drawBars(svg: SVGElement, counts: Counts, range: Range): void {
  const number = counts.all.length;
  const most = Math.max(1, ...counts.all);
  const single = isSingle(range);
  const pitch = single ? WIDTH / Math.max(1, number - 1) : WIDTH / number;
  const wide = single ? Math.min(WIDEST, 0.8 * pitch) : pitch - 3;
  const middle = (bar: number) => (single ? (number > 1 ? bar * pitch : WIDTH / 2) : (bar + 0.5) * pitch);
  const draw = (name: keyof Counts) => {
    const d = Array.from(counts[name], (count, bar) => {
      if (!count) return "";
      const tall = Math.max(1, (HEIGHT * count) / most);
      const left = middle(bar) - wide / 2;
      return `M${left.toFixed(1)} ${HEIGHT}v${-tall.toFixed(1)}h${wide.toFixed(1)}V${HEIGHT}Z`;
    });
    return shape("path", { class: name, d: d.join("") });
  };
  svg.replaceChildren(draw("all"), draw("passing"), draw("chosen"));
}
