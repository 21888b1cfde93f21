// Below the plot: how far each two methods agree, in numbers.
import { element } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import { pairsOf } from "./describe";
import type { Part } from "./scene";

export function createPairs(words: Words): Part {
  const body = element("tbody");
  const head = ["agree.pair", "agree.spearman", "agree.kendall", "agree.signs"] as const;
  const whole = element(
    "table",
    { class: "pairs" },
    element("thead", {}, element("tr", {}, ...head.map((key) => element("th", { scope: "col" }, words(key))))),
    body,
  );
  const changed = createChange();
  return {
    element: whole,
    draw({ drawing }) {
      whole.hidden = !drawing?.agreement.header.pairs.length;
      if (!drawing || !changed(drawing.agreement)) return;
      body.replaceChildren(
        ...pairsOf(drawing.agreement, words).map(({ first, second, spearman, kendall, signs }) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, `${first} – ${second}`),
            ...[spearman, kendall, signs].map((text) => element("td", {}, text)),
          ),
        ),
      );
    },
  };
}
