// The bars as a hand and the keys find them: a click or Enter chooses a feature.
import type { Words } from "../../lib/words";
import { createFeatureRows } from "../feature_rows";
import { reading } from "./describe";
import type { Actions, Layer } from "./scene";

export function createRows(actions: Actions, words: Words): Layer {
  let names: (string | null)[] = [];
  const rows = createFeatureRows(words("importance.keys"), {
    choose: (row) => actions.set({ feature: names[row] ?? null }),
    point: (at) => actions.change({ at }),
  });
  return {
    element: rows.element,
    draw(drawing, { state, local }) {
      const { bars, geometry } = drawing;
      names = bars.map(({ feature, name }) => (feature === null ? null : name));
      const told = bars.map(({ feature, name }, index) => ({
        told: reading(drawing, index, words).filter(Boolean).join(", "),
        chosen: feature !== null && name === state.traits.feature,
        offered: feature !== null,
      }));
      rows.draw(told, geometry, local.at);
    },
  };
}
