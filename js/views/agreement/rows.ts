// The lines as a hand and the keys find them: a click or Enter chooses a feature.
import type { Words } from "../../lib/words";
import { createFeatureRows } from "../feature_rows";
import { reading } from "./describe";
import type { Actions, Layer } from "./scene";

export function createRows(actions: Actions, words: Words): Layer {
  let names: string[] = [];
  const rows = createFeatureRows(words("agree.keys"), {
    choose: (row) => actions.set({ feature: names[row]! }),
    point: (at) => actions.change({ at }),
  });
  return {
    element: rows.element,
    draw(drawing, { state, local }) {
      const { agreement, shown, geometry } = drawing;
      names = shown.map((feature) => agreement.header.features[feature]!);
      const told = names.map((name, at) => ({
        told: reading(drawing, at, words).join(", "),
        chosen: name === state.traits.feature,
        offered: true,
      }));
      rows.draw(told, geometry, local.at);
    },
  };
}
