// The bar of one row: arrows that meet at the output, their labels, what is under the pointer in exact numbers.
import { element, focusable, setAttributes, shape, write } from "../../lib/dom";
import { placeOfHand, taken } from "../../lib/handling";
import { createChange } from "../../lib/memo";
import { spreadApart } from "../../lib/shap_labels";
import { percentOf, printerFor, printValue } from "../../lib/shap_words";
import type { Words } from "../../lib/words";
import type { Measure } from "../plot_scene";
import { type Arrow, arrowPath, type Bar, barOf, printerOf } from "./bar_layout";
import { partOf, restOf } from "./describe";
import { ticksOn } from "./layout";
import type { Actions, Drawing, Scene } from "./scene";

const TALL = 24; // of an arrow
const SEEN = 0.8; // pixels of an arrow that is drawn

export function createBar(actions: Actions, words: Words, measure: Measure) {
  const svg = shape("svg", { role: "application", tabindex: 0, ...focusable });
  const rest = element("p", { class: "rest muted" });
  const tip = element("div", { class: "tip", hidden: true });
  const whole = element("div", { class: "bar" }, svg, tip, rest);
  let drawing: Drawing | null = null;
  let bar: Bar | null = null;
  let top = 0;
  let part: number | null = null;
  const changed = createChange();

  const point = (next: number | null) => {
    part = next;
    for (const path of svg.querySelectorAll(".arrow")) {
      setAttributes(path, { "data-pointed": path.getAttribute("data-part") === String(next) });
    }
    const arrow = bar?.arrows.find((one) => one.part === next);
    tip.hidden = !arrow || next === null;
    if (!arrow || !bar || !drawing) return;
    tell(tip, arrow, drawing, words);
    const middle = bar.x.place((arrow.from + arrow.to) / 2);
    const most = drawing.width - tip.offsetWidth;
    tip.style.left = `${Math.max(0, Math.min(most, middle - tip.offsetWidth / 2))}px`;
    tip.style.top = `${top - tip.offsetHeight - 8}px`;
  };
  svg.addEventListener("pointermove", (event) => {
    if (!bar) return;
    const [across, down] = placeOfHand(event, svg);
    const value = bar.x.value(across);
    const over = down > top - 8 && down < top + TALL + 8;
    const found = over ? bar.arrows.find(({ from, to }) => value >= from && value <= to) : undefined;
    point(found && found.part >= 0 ? found.part : null);
  });
  svg.addEventListener("pointerleave", () => point(null));
  svg.addEventListener("blur", () => point(null));
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape" && part !== null) point(null);
    else if (step && bar && drawing?.opened) {
      const listed = bar.arrows.filter((arrow) => arrow.part >= 0).sort((one, other) => one.from - other.from);
      if (!listed.length) return;
      const now = listed.findIndex((arrow) => arrow.part === part);
      const first = step > 0 ? 0 : listed.length - 1;
      const next = listed[now < 0 ? first : Math.max(0, Math.min(listed.length - 1, now + step))]!;
      point(next.part);
      actions.say(partOf(drawing, next, words).join(" "));
    } else return;
    taken(event);
  });

  return {
    element: whole,
    draw(given: Drawing, scene: Scene) {
      const record = given.opened;
      whole.hidden = record === null;
      if (!record) return;
      const { link, max_display } = scene.state.traits;
      if (!changed(record, given.width, given.stack === null, link, max_display, scene.style)) return;
      const printer = printerOf(record);
      const now = { ...given, printer };
      drawing = now;
      const { features } = now.force.header;
      const single = now.stack === null;
      bar = barOf(record, features, now.width, max_display, printer, words, measure);
      top = single ? 88 : 38;
      const height = top + TALL + (bar.labels.length ? 50 : 8);
      setAttributes(svg, { width: now.width, height, "aria-label": words("force.bar.keys") });
      svg.replaceChildren(
        ...base(now, bar, top),
        ...(single ? axis(bar, link === "logit", record.value) : []),
        ...numbers(now, bar, link === "logit", words, measure),
        ...(single ? sides(bar, record.value, top, now, words, measure) : []),
        ...bar.arrows.flatMap((arrow) => drawn(arrow, bar!, top)),
        ...output(now, bar, top),
        ...bar.labels.flatMap((label) => named(label, record.values[label.part]! > 0, top + TALL)),
      );
      write(rest, restOf(bar, printer, words));
      if (part !== null) point(part);
    },
  };
}

function drawn({ part, value, from, to }: Arrow, { x }: Bar, top: number): SVGElement[] {
  const [left, right] = [x.place(from), x.place(to)];
  if (right - left < SEEN) return [];
  const kind = `arrow ${value > 0 ? "raise" : "lower"}${part < 0 ? " rest" : ""}`;
  return [shape("path", { class: kind, "data-part": part, d: arrowPath(left, right, top, TALL, value > 0) })];
}

function axis({ x }: Bar, logit: boolean, output: number): SVGElement[] {
  const ticks = ticksOn(x.low, x.high, Math.floor((x.place(x.high) - x.place(x.low)) / 80), logit);
  let free = 1; // where the last text ends, with its halo
  return [
    shape("path", { class: "axis", d: `M${x.place(x.low)} 38.5H${x.place(x.high)}` }),
    ...ticks.flatMap(({ value, text }) => {
      const place = x.place(value);
      const half = text.length * 3.2;
      const clear = Math.abs(place - x.place(output)) > half + 4;
      const fits = clear && place - half > free && place + half < x.place(x.high) + 4;
      if (fits) free = place + half + 6;
      return [
        shape("path", { class: "tick", d: `M${place} 39v4` }),
        fits ? shape("text", { class: "axis-text", x: place, y: 55, "text-anchor": "middle" }, text) : shape("g"),
      ];
    }),
  ];
}

/** The output, the one large number, and the base value. */
function numbers(
  { opened, printer, width, force }: Drawing,
  { x }: Bar,
  logit: boolean,
  words: Words,
  measure: Measure,
): SVGElement[] {
  const { value, base } = opened!;
  const both = (number: number): [string, string] =>
    logit ? [percentOf(number), `\u2002${printer.plain(number)}`] : [printer.plain(number), ""];
  const [large, small] = both(value);
  const said = force.header.base_known ? words("force.output") : words("force.sum");
  const parts = [{ said, large, small, size: 17, at: x.place(value) }];
  if (base !== null) {
    const [number, aside] = both(base);
    parts.push({ said: words("force.base_value"), large: number, small: aside, size: 12, at: x.place(base) });
  }
  const wide = parts.map(
    (part) => measure(`${part.said}\u2002`) + measure(part.large, `600 ${part.size}px`) + measure(part.small),
  );
  const fit = parts.length < 2 || wide[0]! + wide[1]! + 16 <= width;
  const shown = fit ? parts : parts.slice(0, 1);
  const places = spreadApart(
    shown.map(({ at }, index) => ({ at, width: wide[index]! })),
    0,
    width,
    16,
  );
  return shown.map((part, index) =>
    shape(
      "text",
      { x: places[index]!, y: 16, "text-anchor": "middle" },
      shape("tspan", {}, `${part.said}\u2002`),
      shape("tspan", { class: index ? "value" : "big" }, part.large),
      shape("tspan", {}, part.small),
    ),
  );
}

function base({ opened, stack }: Drawing, { x }: Bar, top: number): SVGElement[] {
  const value = opened!.base;
  if (value === null) return [];
  return [shape("path", { class: "base", d: `M${x.place(value)} ${stack ? 22 : 24}V${top - 2}` })];
}

function output({ opened, stack }: Drawing, { x }: Bar, top: number): SVGElement[] {
  const { base: from, value } = opened!;
  const over =
    from === null ? [] : [shape("path", { class: "base over", d: `M${x.place(from)} ${top - 2}v${TALL + 5}` })];
  return [...over, shape("path", { class: "output", d: `M${x.place(value)} ${stack ? 22 : 24}V${top + TALL + 6}` })];
}

/** By how much it is raised and lowered in all, on either side of the output. */
function sides(
  { x, raised, lowered }: Bar,
  output: number,
  top: number,
  { printer, width }: Drawing,
  words: Words,
  measure: Measure,
) {
  const at = x.place(output);
  const of = (kind: "raise" | "lower", total: number): SVGElement[] => {
    if (!total) return [];
    const text = words(kind === "raise" ? "force.raised" : "force.lowered", { by: printer.plain(Math.abs(total)) });
    const room = kind === "raise" ? at - 10 : width - at - 10;
    if (measure(text, "600 11px") > room) return [];
    const where = kind === "raise" ? { x: at - 8, "text-anchor": "end" } : { x: at + 8 };
    return [shape("text", { class: kind, y: top - 7, ...where }, text)];
  };
  return [...of("raise", raised), ...of("lower", lowered)];
}

function named({ at, place, name, full, data, value }: Bar["labels"][number], raises: boolean, bottom: number) {
  const kind = raises ? "raise" : "lower";
  return [
    shape("path", { class: `leader ${kind}`, d: `M${at} ${bottom + 3}v4L${place} ${bottom + 15}v3` }),
    shape("text", { class: "name", x: place, y: bottom + 30, "text-anchor": "middle" }, name, shape("title", {}, full)),
    shape(
      "text",
      { x: place, y: bottom + 45, "text-anchor": "middle" },
      shape("tspan", {}, data ? `${data}\u2002` : ""),
      shape("tspan", { class: kind }, value),
    ),
  ];
}

/** One feature in exact numbers. */
function tell(tip: HTMLElement, { part, value }: Arrow, { opened, force }: Drawing, words: Words): void {
  const record = opened!;
  const name = force.header.features[record.features[part]!]!;
  const datum = record.data[part] ?? null;
  const exact = printerFor(Math.abs(value) / 100 || 1);
  const error = record.errors?.[part];
  tip.replaceChildren(
    element(
      "span",
      {},
      datum === null && record.data.every((each) => each === null) ? name : `${name} = ${printValue(datum, words)}`,
    ),
    "\u2002",
    element("b", { class: value > 0 ? "raise" : "lower" }, exact.signed(value)),
    ...(error ? [element("span", { class: "muted" }, `\u2002± ${printerFor(error).plain(error)}`)] : []),
  );
}
