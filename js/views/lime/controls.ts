// The row above the plot: what is explained, and what the linear model is fitted to.
import { field, numberField, segmented, select, slider } from "../../lib/controls";
import { classed } from "../../lib/dom";
import { integer, quantity } from "../../lib/format";
import { createChange } from "../../lib/memo";
import { isReachable } from "../../lib/state";
import type { Words } from "../../lib/words";
import { amounts, placeOfSamples, samplesAt } from "./amounts";
import type { Actions, Controls } from "./scene";

const LARGEST_SEED = 2 ** 53 - 1;
const MOST_FEATURES = 30;
const DOUBLINGS = 3; // of lime's own kernel width, to either side

export function createControls(actions: Actions, words: Words): Controls {
  const { set, drag, now } = actions;
  const target = select(words("target.class"), [], (index) => set({ target: Number(index) }));
  const row = numberField(words("agree.row"), now().traits.n_rows - 1, (index) => set({ index }));
  const features = slider({
    label: words("lime.num_features"),
    name: words("lime.num_features"),
    min: 1,
    max: Math.max(2, Math.min(MOST_FEATURES, now().traits.feature_names.length)),
    step: 1,
    print: String,
    drag: (num_features) => drag({ num_features }),
    set: (num_features) => set({ num_features }),
  });
  const samples = slider({
    label: words("samples"),
    name: words("samples"),
    min: 0,
    max: amounts.length - 1,
    step: 1,
    print: (place) => integer(samplesAt(place)),
    drag: (place) => drag({ num_samples: samplesAt(place) }),
    set: (place) => set({ num_samples: samplesAt(place) }),
  });
  const usual = () => now().found?.header.usual_width ?? null;
  /** Lime's own width, doubled so many times. */
  const widthAt = (place: number) => (place === 0 ? null : Number(((usual() ?? 1) * 2 ** place).toPrecision(4)));
  const width = slider({
    label: words("lime.kernel_width"),
    name: words("lime.kernel_width"),
    min: -DOUBLINGS,
    max: DOUBLINGS,
    step: 0.05,
    print: (place) => (usual() === null ? "" : quantity(usual()! * 2 ** place)),
    drag: (place) => drag({ kernel_width: widthAt(place) }),
    set: (place) => set({ kernel_width: widthAt(place) }),
  });
  const sampler = segmented(
    words("lime.sampler"),
    (["random", "sobol"] as const).map((value) => ({
      value,
      name: words(`lime.sampler.${value}.name`),
      face: words(`lime.sampler.${value}`),
    })),
    (value) => set({ sampler: value }),
  );
  const seed = numberField(words("seed"), LARGEST_SEED, (value) => set({ seed: value }));
  const points = field(words("lime.sampler"), null, sampler.element);
  const changed = createChange();
  return {
    elements: [
      classed(target.element, "target"),
      classed(row.element, "row-number"),
      classed(features.element, "slide"),
      classed(width.element, "slide"),
      classed(samples.element, "slide"),
      points,
      classed(seed.element, "seed"),
    ],
    draw({ state: { traits, kernel, found } }) {
      const reachable = isReachable(kernel);
      const classes = found?.header.classes ?? [];
      if (changed(JSON.stringify(classes))) {
        target.offer(classes.map(([position, text]) => ({ value: String(position), text })));
      }
      target.element.hidden = classes.length < 2;
      target.call(words(found?.header.of_classes ? "target.class" : "target.output"));
      target.show(String(traits.target ?? found?.header.target ?? ""));
      for (const one of [target, row]) one.enable(reachable);
      row.element.hidden = traits.index === null;
      row.show(traits.index ?? 0);
      for (const part of [features.element, width.element, samples.element, points, seed.element]) {
        part.hidden = traits.ready;
      }
      features.show(traits.num_features);
      samples.show(placeOfSamples(traits.num_samples));
      const wide = traits.kernel_width;
      width.show(wide === null || usual() === null ? 0 : Math.log2(wide / usual()!));
      sampler.show(traits.sampler);
      seed.show(traits.seed);
      for (const control of [features, samples, sampler, seed]) control.enable(reachable);
      width.enable(reachable && usual() !== null);
    },
  };
}
