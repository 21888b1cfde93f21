// How ICEPlot's traits and frames become the state of its views.
import { noColumns, toColumns } from "./ice_columns";
import { type Curves, joined, toCurves } from "./ice_curves";
import { toDensityImage } from "./ice_density";
import { type IceSettings, type IceState, iceKernelTraits, iceTraitNames } from "./ice_state";
import { createInbox, follows } from "./inbox";
import type { Plan } from "./session";

export function createIcePlan(
  answer: (before: IceState, after: IceState) => Partial<IceSettings> | null,
): Plan<IceState, IceSettings, Curves> {
  return {
    traits: iceTraitNames,
    asking: iceKernelTraits,
    reports: ["features", "rule", "subgroups", "interactions", "notice"],
    empty: { curves: null, columns: noColumns, density: null, selectedDensity: null },
    openInbox(acknowledge) {
      let shown: Curves | null = null;
      return createInbox<IceState, Curves>({
        decode: toCurves,
        accept(curves) {
          if (shown && !follows(shown, curves)) return null;
          if (curves.header.first > 0) {
            if (shown?.header.job !== curves.header.job || shown.count !== curves.header.first) return null;
            shown = joined(shown, curves);
          } else shown = curves;
          return { curves: shown };
        },
        acknowledge,
        more: {
          columns: (frame) => ({ columns: toColumns(frame) }),
          density: (frame) => ({ density: toDensityImage(frame) }),
          selected_density: (frame) => ({ selectedDensity: toDensityImage(frame) }),
        },
      });
    },
    answer,
  };
}
