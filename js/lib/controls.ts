// Controls made of native elements: label and value on one line, the control under it.
import { element, focusable, setAttributes, shape, write } from "./dom";

export interface Control<Value> {
  element: HTMLElement;
  /** Show a value; left alone while a hand is on the control. */
  show(value: Value): void;
  enable(enabled: boolean): void;
}

interface SliderOptions {
  label: string;
  /** Label and value stand before the slider, on one line, instead of above it. */
  inline?: boolean;
  /** Name for assistive technology. */
  name: string;
  min: number;
  max: number;
  step: number;
  print(value: number): string;
  /** The hand moves. */
  drag(value: number): void;
  /** The hand lets go. */
  set(value: number): void;
}

export function slider(options: SliderOptions): Control<number> {
  const { label, inline = false, name, min, max, step, print, drag, set } = options;
  const input = element("input", { type: "range", min, max, step, "aria-label": name, ...focusable });
  const output = element("output");
  let held = false;
  const write = (value: number) => {
    input.style.setProperty("--p", `${(100 * (input.valueAsNumber - min)) / (max - min)}%`);
    output.value = print(value); // the value itself, also where it lies beyond the slider or between its steps
    input.setAttribute("aria-valuetext", print(value));
  };
  input.addEventListener("input", () => {
    held = true;
    write(input.valueAsNumber);
    drag(input.valueAsNumber);
  });
  const release = () => {
    if (!held) return;
    held = false;
    set(input.valueAsNumber);
  };
  // a drag that ends where it began makes no "change"
  for (const event of ["change", "pointerup", "pointercancel", "blur"]) input.addEventListener(event, release);
  return {
    element: inline
      ? element("span", { class: "inline", title: name }, element("span", {}, label), output, input)
      : field(label, output, input),
    show(value) {
      if (held) return;
      input.valueAsNumber = value;
      write(value);
    },
    enable: (enabled) => enable(input, enabled),
  };
}

export interface Option {
  value: string;
  text: string;
}

export interface Select extends Control<string> {
  /** Offer other options; what is chosen stays where it can. */
  offer(options: Option[]): void;
  /** Give it another label. */
  call(label: string): void;
}

export function select(label: string, options: Option[], set: (value: string) => void, aside?: HTMLElement): Select {
  const input = element("select", { "aria-label": label, ...focusable });
  input.addEventListener("change", () => set(input.value));
  const offer = (offered: Option[]) => {
    const { value: chosen } = input;
    input.replaceChildren(...offered.map(({ value, text }) => element("option", { value }, text)));
    if (chosen) input.value = chosen;
  };
  offer(options);
  const whole = field(label, aside ?? null, input);
  const title = whole.querySelector("span")!;
  return {
    offer,
    element: whole,
    call(label) {
      write(title, label);
      setAttributes(input, { "aria-label": label });
    },
    show(value) {
      if (input.value !== value) input.value = value;
    },
    enable: (enabled) => enable(input, enabled),
  };
}

export function numberField(label: string, max: number, set: (value: number) => void): Control<number> {
  const input = element("input", { type: "number", min: 0, max, step: 1, "aria-label": label, ...focusable });
  let shown = 0;
  const commit = () => {
    const value = Math.round(input.valueAsNumber);
    if (value >= 0 && value <= Number(input.max)) set(value);
    else input.valueAsNumber = shown;
  };
  input.addEventListener("change", commit);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return; // a notebook keeps it from the browser, which would make a "change" of it
    commit();
    event.stopPropagation();
  });
  return {
    element: field(label, null, input),
    show(value) {
      if (value === shown && input.value !== "") return;
      shown = value;
      input.valueAsNumber = value;
    },
    enable: (enabled) => enable(input, enabled),
  };
}

export function toggle(text: string, name: string, set: (value: boolean) => void): Control<boolean> {
  const input = element("input", { type: "checkbox", "aria-label": name, ...focusable });
  input.addEventListener("change", () => set(input.checked));
  return {
    element: element("label", { class: "toggle", title: name }, input, element("span", {}, text)),
    show(value) {
      input.checked = value;
    },
    enable: (enabled) => enable(input, enabled),
  };
}

export interface Choice {
  value: string;
  name: string;
  /** What the button shows. */
  face: string | SVGElement;
}

export interface Segmented extends Control<string> {
  /** Show or hide one of the choices. */
  offer(choice: string, offered: boolean): void;
}

/** A row of buttons of which one is pressed. */
export function segmented(label: string, choices: Choice[], set: (value: string) => void): Segmented {
  const buttons = choices.map(({ value, name, face }) => {
    const button = element("button", { type: "button", "aria-label": name, title: name, ...focusable }, face);
    button.addEventListener("click", () => set(value));
    return { value, button };
  });
  return {
    element: element(
      "span",
      { class: "seg", role: "group", "aria-label": label },
      ...buttons.map(({ button }) => button),
    ),
    show(current) {
      for (const { value, button } of buttons) setAttributes(button, { "aria-pressed": String(value === current) });
    },
    enable(enabled) {
      for (const { button } of buttons) enable(button, enabled);
    },
    offer(choice, offered) {
      for (const { value, button } of buttons) if (value === choice) button.hidden = !offered;
    },
  };
}

export function button(face: string | SVGElement, name: string, press: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", "aria-label": name, ...focusable }, face);
  if (face !== name) {
    made.title = name;
    made.classList.add("icon");
  }
  made.addEventListener("click", press);
  return made;
}

export const icons = {
  reset: "M3.2 8.2a4.9 4.9 0 1 0 1.5-3.6M3.4 2.4v2.7h2.7",
  download: "M8 2.5v7M5 6.8 8 9.8l3-3M3 13h10",
  code: "M5.2 4.5 1.8 8l3.4 3.5M10.8 4.5 14.2 8l-3.4 3.5",
};

/** A line drawing of 16 by 16. */
export function icon(path: string): SVGElement {
  return shape(
    "svg",
    { width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true", class: "line" },
    shape("path", { d: path }),
  );
}

/** A control under its label. */
export function field(label: string, aside: HTMLElement | null, input: HTMLElement): HTMLElement {
  return element("div", { class: "ctl" }, element("div", { class: "label" }, element("span", {}, label), aside), input);
}

export function enable(input: HTMLInputElement | HTMLSelectElement | HTMLButtonElement, enabled: boolean): void {
  if (input.disabled === enabled) input.disabled = !enabled;
}
