// The row above the plot: which features, and how the map is drawn.
import { colormapNames } from "../../lib/colour";
import { button, icon, select } from "../../lib/controls";
import { classed, element } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import { onOff } from "../../lib/on_off";
import { isReachable } from "../../lib/state";
import { createTargetControl } from "../../lib/target";
import type { Words } from "../../lib/words";
import type { Actions, Controls } from "./scene";

const SWAP = "M2.5 5.2h10M9.8 2.4l2.8 2.8-2.8 2.8M13.5 10.8h-10M6.2 8l-2.8 2.8 2.8 2.8";

export function createControls(actions: Actions, words: Words): Controls {
  const { set, now } = actions;
  /** Choose one of the pair; the other one is taken along where it would stand twice. */
  const choose = (side: 0 | 1) => (name: string) => {
    const [first, second] = now().traits.features;
    const [mine, other] = side === 0 ? [first, second] : [second, first];
    const partner = name === other ? mine : other;
    set({ features: side === 0 ? [name, partner] : [partner, name] });
  };
  const across = select(words("surface.across"), [], choose(0));
  const up = select(words("surface.up"), [], choose(1));
  const swap = button(icon(SWAP), words("surface.swap"), () => {
    const [first, second] = now().traits.features;
    set({ features: [second, first] });
  });
  const target = createTargetControl((target) => set({ target }), words);
  const colormap = select(
    words("surface.colours"),
    colormapNames.map((value) => ({ value, text: words(`surface.colormap.${value}`) })),
    (value) => set({ colormap: value }),
  );
  const contours = onOff("surface.contours", words, (contours) => set({ contours }));
  const changed = createChange();
  return {
    elements: [
      element("div", { class: "pair" }, classed(across.element, "feature"), swap, classed(up.element, "feature")),
      target.element,
      classed(colormap.element, "colours"),
      classed(contours.element, "contours"),
    ],
    draw({ state: { traits, kernel, surface } }) {
      const reachable = isReachable(kernel);
      if (changed(traits.column_names)) {
        for (const one of [across, up]) one.offer(traits.column_names.map((value) => ({ value, text: value })));
      }
      across.show(traits.features[0]);
      up.show(traits.features[1]);
      target.draw(traits, surface?.header ?? null, reachable);
      colormap.show(traits.colormap);
      contours.show(traits.contours);
      contours.enable(!(surface?.x.names && surface.y.names));
      for (const one of [across, up]) one.enable(reachable);
      swap.disabled = !reachable;
    },
  };
}
