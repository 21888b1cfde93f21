// The panel of filters: a card for each feature that narrows the rows, and a way to add one.
import { button, select } from "../../lib/controls";
import { element, write } from "../../lib/dom";
import { integer } from "../../lib/format";
import { type Columns, type Filter, type Filters, passing } from "../../lib/ice_columns";
import { readSelection } from "../../lib/ice_curves";
import { createChange, createMemo } from "../../lib/memo";
import { isReachable } from "../../lib/state";
import type { Words } from "../../lib/words";
import { createFilterCard, type FilterCard, type Rows } from "./filter_card";
import type { Actions, Part } from "./scene";

/** `opener` takes the focus when a card that had it is gone. */
export function createFilterPanel(actions: Actions, words: Words, opener: HTMLElement): Part {
  const cards = new Map<string, FilterCard>();
  const rowsOf = createMemo(rowsNow);
  const changed = createChange();
  let next = "";
  const told = element("span", { class: "told" });
  const none = element("p", { class: "muted" }, words("ice.filter.none"));
  const offered = select(words("ice.filter.feature"), [], (name) => {
    next = name;
  });
  const add = button(words("ice.filter.add"), words("ice.filter.add.name"), () => {
    if (!actions.now().columns.has(next)) actions.ask("column", { feature: next });
    open(next);
    actions.change({});
  });
  const clear = button(words("ice.filter.clear"), words("ice.filter.clear.name"), () => {
    for (const name of [...cards.keys()]) close(name);
    actions.filter({});
    opener.focus();
  });
  for (const each of [add, clear]) each.classList.remove("icon");
  const list = element("div", { class: "list" });
  const adding = element("div", { class: "adding" }, offered.element, add);
  const whole = element(
    "div",
    { class: "filters", hidden: true },
    element("div", { class: "top" }, adding, told, clear),
  );
  whole.append(none, list);

  function open(name: string): void {
    if (cards.has(name)) return;
    const change = (filter: Filter | null, moving = false) => actions.filter(replaced(name, filter), moving);
    const card = createFilterCard(name, words, change, () => {
      close(name);
      actions.filter(replaced(name, null));
      opener.focus();
    });
    cards.set(name, card);
    list.append(card.element);
  }
  function close(name: string): void {
    cards.get(name)?.element.remove();
    cards.delete(name);
  }
  function replaced(name: string, filter: Filter | null): Filters {
    const { [name]: _, ...others } = actions.now().traits.filters;
    return filter ? { ...others, [name]: filter } : others;
  }

  return {
    element: whole,
    draw({ state, local }) {
      whole.hidden = !local.filtering || state.curves === null;
      if (whole.hidden) return;
      const { columns, traits, kernel } = state;
      const { features, filters, selection, n_rows } = traits;
      for (const name of Object.keys(filters)) open(name);
      const asked = isReachable(kernel);
      const free = features.map(({ name }) => name).filter((name) => !cards.has(name) && (asked || columns.has(name)));
      if (changed(free.join("\n"))) offered.offer(free.map((value) => ({ value, text: value })));
      if (!free.includes(next)) next = free.find((name) => name !== traits.feature) ?? free[0] ?? "";
      offered.show(next);
      add.disabled = next === "";
      offered.enable(next !== "");
      const rows = rowsOf(columns, filters, selection, n_rows);
      write(told, words("ice.filter.told", { count: integer(rows.count), total: integer(n_rows) }));
      none.hidden = cards.size > 0;
      clear.hidden = cards.size === 0;
      for (const [name, card] of cards) card.draw(columns.get(name), filters[name] ?? null, rows);
    },
  };
}

function rowsNow(columns: Columns, filters: Filters, selection: unknown, n_rows: number): Rows & { count: number } {
  const passes = passing(columns, filters, n_rows);
  const chosen = new Uint8Array(n_rows);
  for (const row of readSelection(selection)) chosen[row] = passes[row]!;
  return { passing: passes, chosen, count: passes.reduce((sum, mark) => sum + mark, 0) };
}
