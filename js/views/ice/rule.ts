// Under the caption: what the selected rows have in common, and the way to what can be found in all of them.
import { button } from "../../lib/controls";
import { element, setAttributes } from "../../lib/dom";
import { readSelection } from "../../lib/ice_curves";
import { hasCurves, isGiven } from "../../lib/ice_kinds";
import type { IceState, Rule } from "../../lib/ice_state";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import { same } from "./answer";
import { panelKeys, panelOf } from "./panel";
import { sentence } from "./rule_words";
import type { Actions, Panel, Part } from "./scene";

export function createRuleLine(actions: Actions, words: Words): Part {
  const told = element("p", { class: "told" });
  const opener = (panel: Exclude<Panel, "closed">) => {
    const made = button(words(panelKeys[panel]), words(panelKeys[panel]), () =>
      actions.change({ panel: made.ariaExpanded === "true" ? "closed" : panel }),
    );
    return made;
  };
  const openers = { subgroups: opener("subgroups"), interactions: opener("interactions") };
  const whole = element(
    "div",
    { class: "rule-line" },
    told,
    element("div", { class: "buttons push" }, openers.subgroups, openers.interactions),
  );
  const ruleOf = createRuleKeeper();
  const changed = createChange();
  return {
    element: whole,
    draw({ state, local, drawing }) {
      whole.hidden = drawing === null;
      if (!drawing) return;
      const { traits, kernel } = state;
      const rule = ruleOf(state);
      const { chosen, look } = drawing.picture;
      const missed = traits.brush.length > 0;
      if (changed(rule, chosen, look.kind, missed)) {
        const brushable = hasCurves(look.kind) && chosen === 0;
        const text = words(missed ? "ice.rule.empty" : "ice.rule.hint");
        const hint = brushable ? [element("span", { class: "muted" }, text)] : [];
        told.replaceChildren(...(rule ? sentence(rule, words) : hint));
        if (rule) actions.say(told.textContent ?? "");
      }
      openers.subgroups.hidden = drawing.picture.curves.header.content === "average";
      whole.hidden = openers.subgroups.hidden && !rule;
      openers.interactions.hidden = isGiven(state.curves);
      for (const panel of ["subgroups", "interactions"] as const) {
        const open = panelOf(state, local) === panel;
        setAttributes(openers[panel], { "aria-expanded": String(open) });
        openers[panel].disabled = !open && kernel !== "live" && kernel !== "silent" && !traits[panel].length;
      }
    },
  };
}

/** The rule of the rows that are selected now: one that came for others is kept back. */
function createRuleKeeper(): (state: IceState) => Rule | null {
  let rule: Rule | null = null;
  let selection: unknown = null;
  let rows: Uint32Array = new Uint32Array();
  let fresh = false;
  return ({ traits }) => {
    if (traits.rule !== rule) {
      rows = readSelection(traits.selection);
      fresh = true;
    } else if (traits.selection !== selection) {
      fresh = same(rows, readSelection(traits.selection));
    }
    ({ rule, selection } = traits);
    return fresh ? rule : null;
  };
}
