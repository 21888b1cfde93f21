// The row above the pictures: what is computed. What is rare stands in a second row, behind "More".
import { colormapNames, toCss } from "../lib/colour";
import { button, icon, icons, numberField, select, slider, toggle } from "../lib/controls";
import { element, setAttributes } from "../lib/dom";
import { percent } from "../lib/format";
import { methodNames, methodOf } from "../lib/methods";
import type { State } from "../lib/state";
import type { Key, Words } from "../lib/words";
import { createClassSearch } from "./class_search";
import type { Actions, Part, Scene } from "./scene";

const LARGEST_SEED = 2 ** 53 - 1;

export interface Doings {
  copy(): void;
  download(): void;
}

export interface ControlsRow extends Part {
  /** Opens the code. */
  copy: HTMLElement;
}

export function createControlsRow(actions: Actions, words: Words, doings: Doings, own: boolean): ControlsRow {
  const { set, drag } = actions;
  const times = toggle(words("times_input"), words("times_input.name"), (multiply_by_inputs) =>
    set({ multiply_by_inputs }),
  );
  const method = select(
    words("method"),
    [...methodNames, ...(own ? ["custom"] : [])].map((value) => ({
      value,
      text: words(`method.${value}.name` as Key),
    })),
    (value) => set({ method: value }),
    times.element,
  );
  const search = createClassSearch(actions, words);
  const noise = slider({
    label: words("noise"),
    name: words("noise.name"),
    min: 0,
    max: 0.5,
    step: 0.01,
    print: percent,
    drag: (noise_level) => drag({ noise_level }),
    set: (noise_level) => set({ noise_level }),
  });
  const samples = slider({
    label: words("samples"),
    name: words("samples"),
    min: 2,
    max: 200,
    step: 2,
    print: String,
    drag: (n_samples) => drag({ n_samples }),
    set: (n_samples) => set({ n_samples }),
  });
  const seed = numberField(words("seed"), LARGEST_SEED, (value) => set({ seed: value }));
  let open = { more: false, about: false };
  const more = button(words("more"), words("more"), () => actions.change({ more: !open.more }));
  const reset = button(icon(icons.reset), words("reset"), () => actions.command("reset"));
  const download = button(icon(icons.download), words("download"), doings.download);
  const copy = button(icon(icons.code), words("copy"), doings.copy);
  const about = button("?", words("about"), () => actions.change({ about: !open.about }));
  const wide = (part: HTMLElement, name: string) => {
    part.classList.add(name);
    return part;
  };
  return {
    copy,
    element: element(
      "div",
      { class: "controls" },
      wide(method.element, "method"),
      search.element,
      wide(noise.element, "noise"),
      wide(samples.element, "samples"),
      wide(seed.element, "seed"),
      element("div", { class: "buttons push" }, more, reset, download, copy, about),
    ),
    draw({ state: { traits, kernel, map }, local }) {
      const reachable = kernel === "live" || kernel === "silent";
      const { sampled } = methodOf(traits.method);
      const multiplies = traits.method === "gradient_x_input";
      method.show(traits.method);
      times.show(multiplies || traits.multiply_by_inputs);
      search.show(traits);
      noise.show(traits.noise_level);
      samples.show(traits.n_samples);
      seed.show(traits.seed);
      method.enable(reachable);
      times.enable(reachable && !multiplies && traits.method !== "custom");
      search.enable(reachable);
      for (const control of [noise, samples, seed]) control.enable(reachable && sampled);
      reset.disabled = kernel === "gone";
      download.disabled = map === null;
      copy.disabled = !map?.header.code;
      open = { more: local.more, about: local.about };
      setAttributes(more, { "aria-expanded": String(open.more) });
      setAttributes(about, { "aria-expanded": String(open.about) });
      setAttributes(copy, { "aria-expanded": String(local.code !== null) });
    },
  };
}

export function createMoreRow(actions: Actions, words: Words, state: State): Part {
  const { set, drag } = actions;
  const reductions = ["sum", "mean", "max_abs"] as const;
  const channels = select(
    words("channels.name"),
    reductions.map((value) => ({ value, text: words(`channels.${value}`) })),
    (channel_reduction) => set({ channel_reduction }),
  );
  const swatch = element("span", { class: "swatch" });
  const colormap = select(
    words("colormap"),
    colormapNames.map((value) => ({ value, text: words(`colormap.${value}`) })),
    (value) => set({ colormap: value }),
    swatch,
  );
  const count = state.traits.n_pictures;
  const picture = slider({
    label: words("picture.index"),
    name: words("picture.index"),
    min: 1,
    max: Math.max(2, count),
    step: 1,
    print: (index) => words("picture.of", { index, count }),
    drag: (index) => drag({ index: index - 1 }),
    set: (index) => set({ index: index - 1 }),
  });
  const whole = element("div", { class: "controls more" }, picture.element, channels.element, colormap.element);
  return {
    element: whole,
    draw({ state: { traits, kernel, map }, local, ramps }: Scene) {
      whole.hidden = !local.more;
      if (!local.more) return;
      const reachable = kernel === "live" || kernel === "silent";
      picture.element.hidden = traits.n_pictures < 2;
      channels.element.hidden = map?.header.channels === 1;
      picture.show(traits.index + 1);
      channels.show(traits.channel_reduction);
      colormap.show(traits.colormap);
      picture.enable(reachable);
      channels.enable(reachable);
      const signed = map?.header.signed ?? true;
      const stops = signed ? [...pick(ramps.negative).reverse(), ...pick(ramps.positive)] : pick(ramps.magnitude);
      swatch.style.background = `linear-gradient(to right, ${stops.map(toCss).join(", ")})`;
    },
  };
}

const pick = <Colour>(ramp: Colour[]): Colour[] => [0, 64, 128, 192, 255].map((level) => ramp[level]!);
