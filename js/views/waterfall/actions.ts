// What may be asked with other values of features than the row's own.
import { changedTo } from "../../lib/waterfall_changes";
import type { Actions } from "./scene";

export function changing({ now, set, drag }: Pick<Actions, "now" | "set" | "drag">): Pick<Actions, "ask" | "restore"> {
  return {
    ask(feature, value, moving = false) {
      const { waterfall, traits } = now();
      const position = waterfall?.header.features.indexOf(feature) ?? -1;
      const what_if = changedTo(traits.what_if, feature, value, waterfall?.header.row?.[position]);
      if (moving) drag({ what_if });
      else set({ what_if });
    },
    restore(feature) {
      const { what_if } = now().traits;
      if (feature === undefined) set({ what_if: {} });
      else if (feature in what_if) {
        const { [feature]: _, ...others } = what_if;
        set({ what_if: others });
      }
    },
  };
}
