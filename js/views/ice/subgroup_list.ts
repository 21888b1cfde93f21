// The groups of curves of one shape: each with its colour, its size and its rule; a press selects its rows.
import { element, focusable, setAttributes } from "../../lib/dom";
import { integer } from "../../lib/format";
import { readSelection } from "../../lib/ice_curves";
import type { Subgroup } from "../../lib/ice_state";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import { same } from "./answer";
import { conditionsOf, qualityOf } from "./rule_words";
import type { Actions, Part } from "./scene";

export function createSubgroupList(actions: Actions, words: Words): Part {
  const whole = element("ol", { class: "entries" });
  const changed = createChange();
  const rechosen = createChange();
  let entries: { rows: Uint32Array; press: HTMLElement }[] = [];
  return {
    element: whole,
    draw({ state: { traits } }) {
      const { subgroups, selection } = traits;
      const redrawn = changed(subgroups);
      if (redrawn) {
        entries = subgroups.map((group, index) => {
          const rows = readSelection(group.rows);
          return { rows, press: entryOf(group, index + 1, rows.length, words, () => actions.select(rows)) };
        });
        whole.replaceChildren(...entries.map(({ press }) => element("li", {}, press)));
      }
      if (!rechosen(selection) && !redrawn) return;
      const chosen = readSelection(selection);
      for (const { rows, press } of entries) setAttributes(press, { "aria-pressed": String(same(rows, chosen)) });
    },
  };
}

function entryOf({ rule }: Subgroup, number: number, size: number, words: Words, select: () => void): HTMLElement {
  const count = integer(size);
  const whole = words(rule.precision === 1 ? "ice.rule.everything" : "ice.rule.nothing");
  const told = element(
    "span",
    { class: "told" },
    ...(rule.conditions.length ? [...conditionsOf(rule, words), qualityOf(rule, words)] : [whole]),
  );
  const press = element(
    "button",
    {
      type: "button",
      class: `entry g${number}`,
      "aria-label": words("ice.subgroup.name", { number, count, rule: told.textContent ?? "" }),
      ...focusable,
    },
    element("span", { class: "name" }, words("ice.subgroup", { number })),
    element("span", { class: "count" }, words("ice.subgroup.count", { count })),
    told,
  );
  press.addEventListener("click", select);
  return press;
}
