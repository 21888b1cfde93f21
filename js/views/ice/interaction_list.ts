// Pairs of features, the strongest interaction first; a press opens the pair.
import { element, focusable, setAttributes, write } from "../../lib/dom";
import { quantity } from "../../lib/format";
import type { Interaction } from "../../lib/ice_state";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import type { Actions, Part } from "./scene";

export function createInteractionList(actions: Actions, words: Words): Part {
  const head = element(
    "div",
    { class: "entry" },
    element("span", { class: "name" }, words("ice.interactions.pair")),
    element("span", { class: "bar" }),
    element("span", { class: "count" }),
    element("span", { class: "muted" }, "H"),
  );
  const list = element("ol", { class: "entries pairs" });
  const heading = element("div", { class: "entries pairs heading", "aria-hidden": "true" }, head); // each entry says all
  const whole = element("div", {}, heading, list);
  const changed = createChange();
  let entries: { key: string; press: HTMLElement }[] = [];
  return {
    element: whole,
    draw({ state: { traits, curves } }) {
      const { interactions, pair } = traits;
      write(head.children[2]!, words("ice.interactions.strength", { label: curves?.header.label ?? "" }));
      if (changed(interactions)) {
        const most = Math.max(...interactions.map(({ strength }) => strength)) || 1;
        entries = interactions.map((one) => ({
          key: keyOf(one.features),
          press: entryOf(one, one.strength / most, words, () => {
            const { pair } = actions.now().traits;
            actions.set({ pair: pair && keyOf(pair) === keyOf(one.features) ? null : one.features });
          }),
        }));
        list.replaceChildren(...entries.map(({ press }) => element("li", {}, press)));
      }
      const chosen = pair && keyOf(pair);
      for (const { key, press } of entries) setAttributes(press, { "aria-pressed": String(key === chosen) });
    },
  };
}

/** The same for either order. */
const keyOf = (pair: readonly string[]) => JSON.stringify([...pair].sort());

function entryOf({ features, value, strength }: Interaction, share: number, words: Words, open: () => void) {
  const [first, second] = features;
  const told = { first, second, strength: quantity(strength), value: value.toFixed(2) };
  const bar = element("span", { class: "bar" });
  bar.style.setProperty("--share", `${100 * share}%`);
  const press = element(
    "button",
    { type: "button", class: "entry", "aria-label": words("ice.interaction.name", told), ...focusable },
    element("span", { class: "name" }, words("ice.interaction", told)),
    bar,
    element("span", { class: "count" }, told.strength),
    element("span", { class: "muted" }, told.value),
  );
  press.addEventListener("click", open);
  return press;
}
