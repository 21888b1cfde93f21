// Above the plot: what is shown, and what is changed of the row.
import { button } from "../../lib/controls";
import { element, write } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import { isReachable } from "../../lib/state";
import type { Words } from "../../lib/words";
import { printValue, titleOf } from "./describe";
import type { Actions, Part } from "./scene";

export function createCaption(actions: Actions, words: Words): Part {
  const title = element("span", { class: "title" });
  const what = element("div", { class: "what-if", role: "group", "aria-label": words("waterfall.what_if") });
  const whole = element("div", { class: "caption" }, title, what);
  const changed = createChange();
  return {
    element: whole,
    draw({ drawing, state }) {
      whole.hidden = drawing === null;
      if (!drawing) return;
      write(title, titleOf(drawing, words));
      const { what_if, ranges } = state.traits;
      const reachable = isReachable(state.kernel);
      const names = Object.keys(what_if);
      what.hidden = names.length === 0 && (ranges === null || !reachable);
      if (!changed(JSON.stringify(what_if), reachable)) return;
      const restore = (face: string, name: string, feature?: string) => {
        const made = button(face, name, () => actions.restore(feature));
        made.disabled = !reachable;
        return made;
      };
      what.replaceChildren(
        element("b", {}, words("waterfall.what_if")),
        ...(names.length ? [] : [element("span", { class: "muted" }, words("waterfall.what_if.hint"))]),
        ...names.map((name) =>
          element(
            "span",
            { class: "change" },
            element("span", { class: "text" }, `${name} = ${printValue(what_if[name]!, words)}`),
            restore("×", words("waterfall.restore.one", { feature: name }), name),
          ),
        ),
        ...(names.length > 1 ? [restore(words("waterfall.restore.all"), words("waterfall.restore.all"))] : []),
      );
    },
  };
}
