// Another value for a feature, under its line: a slider over the data and a field, or a list of categories.
import { button, type Control, enable, icon, icons, slider } from "../../lib/controls";
import { element, focusable, focusedIn, setAttributes, write } from "../../lib/dom";
import { quantity } from "../../lib/format";
import { createChange } from "../../lib/memo";
import { isReachable } from "../../lib/state";
import { endsOf, readNumber, textOf } from "../../lib/waterfall_changes";
import { shownValue, type Value } from "../../lib/waterfall_frame";
import type { CategoryRange, NumberRange, Range } from "../../lib/waterfall_state";
import type { Words } from "../../lib/words";
import { printValue } from "./describe";
import { OPENED } from "./layout";
import type { Actions, Layer } from "./scene";

interface Editor {
  parts: HTMLElement[];
  show(value: Value): void;
  focus(): void;
}

const MISSING = "\u0000"; // no category is called so

/** `back` takes the focus when the editor closes. */
export function createEditor(actions: Actions, words: Words, back: () => void): Layer {
  const own = element("span", { class: "muted own" });
  const reset = button(icon(icons.reset), words("waterfall.restore"), () => {
    if (name !== null) actions.restore(name);
  });
  const close = button("×", words("close"), () => actions.change({ open: null }));
  const fault = element("p", { class: "fault", role: "alert", hidden: true });
  const controls = element("span", { class: "inputs" });
  const whole = element(
    "div",
    { class: "editor", role: "group", hidden: true },
    element("div", { class: "line" }, controls, own, reset, close),
    fault,
  );
  const opened = createChange();
  let name: string | null = null;
  let editor: Editor | null = null;
  const say = (text: string) => {
    write(fault, text);
    fault.hidden = text === "";
  };
  whole.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    actions.change({ open: null });
  });

  return {
    element: whole,
    draw({ waterfall, geometry }, { state, local }) {
      name = local.open;
      const reachable = isReachable(state.kernel);
      const feature = name === null ? -1 : waterfall.header.features.indexOf(name);
      const range = reachable ? (state.traits.ranges?.[feature] ?? null) : null;
      if (geometry.opened === null || range === null || name === null) {
        if (focusedIn(whole)) back();
        whole.hidden = true;
        if (name === null) opened(null); // else its line may come back, without taking the focus
        return;
      }
      whole.hidden = false;
      whole.style.top = `${geometry.opened}px`;
      whole.style.height = `${OPENED}px`;
      setAttributes(whole, { "aria-label": words("waterfall.editor", { feature: name }) });
      const asked = state.traits.what_if;
      const value = name in asked ? asked[name]! : (shownValue(waterfall, feature) ?? null);
      if (opened(name, JSON.stringify(range))) {
        say("");
        editor = createInputs(name, range, actions, words, say);
        controls.replaceChildren(...editor.parts);
        editor.show(value);
        editor.focus();
      }
      editor!.show(value);
      enable(reset, name in asked);
      write(own, words("waterfall.own", { value: printValue(waterfall.header.row?.[feature] ?? null, words) }));
    },
  };
}

function createInputs(
  feature: string,
  range: Range,
  actions: Actions,
  words: Words,
  say: (text: string) => void,
): Editor {
  const known =
    range.kind === "number" ? numbers(feature, range, actions, words, say) : categories(feature, range, actions, words);
  if (!range.missing || range.kind === "category") return known;
  const input = element("input", { type: "checkbox", "aria-label": words("waterfall.missing"), ...focusable });
  input.addEventListener("change", () => {
    say("");
    if (input.checked) actions.ask(feature, null);
    else actions.restore(feature);
  });
  const toggle = element("label", { class: "toggle" }, input, element("span", {}, words("waterfall.missing")));
  return {
    ...known,
    parts: [...known.parts, toggle],
    show(value) {
      input.checked = value === null;
      known.show(value);
    },
  };
}

function numbers(
  feature: string,
  range: NumberRange,
  actions: Actions,
  words: Words,
  say: (text: string) => void,
): Editor {
  const ends = endsOf(range);
  const ask = (moving: boolean) => (value: number) => {
    say("");
    actions.ask(feature, value, moving);
  };
  const slide: Control<number> = slider({
    label: "",
    inline: true,
    name: words("waterfall.slider", { feature, low: quantity(range.low), high: quantity(range.high) }),
    ...ends,
    print: quantity,
    drag: ask(true),
    set: ask(false),
  });
  const field = element("input", {
    type: "text",
    inputmode: "decimal",
    spellcheck: "false",
    "aria-label": words("waterfall.field", { feature }),
    ...focusable,
  });
  let shown: Value = null;
  const commit = () => {
    if (field.value === printed(shown)) return say("");
    const read = readNumber(field.value, range);
    setAttributes(field, { "aria-invalid": "fault" in read ? "true" : null });
    if ("fault" in read) {
      say(words(`waterfall.fault.${read.fault}`, { feature, given: field.value }));
      return;
    }
    ask(false)(read.value);
  };
  field.addEventListener("change", commit);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return; // a notebook keeps it from the browser, which would make a "change" of it
    commit();
    event.stopPropagation();
  });
  const handle = slide.element.querySelector("input")!;
  handle.addEventListener("keydown", ({ key }) => {
    if (!/^[-−\d.]$/.test(key)) return;
    field.focus({ preventScroll: true }); // who begins to type a number means the field
    field.select();
  });
  const [low, high] = [range.low, range.high].map((end) => element("span", { class: "muted" }, quantity(end)));
  return {
    parts: [low!, slide.element, high!, field],
    show(value) {
      if (typeof value === "number") slide.show(value);
      if (value === shown && (field.value !== "" || field.matches(":focus"))) return;
      shown = value;
      field.value = printed(value);
      setAttributes(field, { "aria-invalid": null });
      const beyond = typeof value === "number" && (value < range.low || value > range.high);
      say(beyond ? words("waterfall.beyond", { low: quantity(range.low), high: quantity(range.high) }) : "");
    },
    focus: () => handle.focus({ preventScroll: true }),
  };
}

/** As many digits as a hand would write. */
const printed = (value: Value) => (typeof value === "number" ? String(Number(value.toPrecision(6))) : "");

function categories(feature: string, { options, missing }: CategoryRange, actions: Actions, words: Words): Editor {
  const input = element(
    "select",
    { "aria-label": words("waterfall.field", { feature }), ...focusable },
    ...options.map((value) => element("option", { value }, value)),
    ...(missing ? [element("option", { value: MISSING }, words("waterfall.missing"))] : []),
  );
  input.addEventListener("change", () => actions.ask(feature, input.value === MISSING ? null : input.value));
  return {
    parts: [input],
    show(value) {
      const wanted = value === null ? MISSING : textOf(value);
      if (input.value !== wanted) input.value = wanted;
    },
    focus: () => input.focus({ preventScroll: true }),
  };
}
