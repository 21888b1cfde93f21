// One filter in the panel: its feature, what it lets pass, how the rows lie, and a way to remove it.
import { button } from "../../lib/controls";
import { element } from "../../lib/dom";
import { type Bins, binsOf, countIn, rangeOf } from "../../lib/ice_bins";
import { type Column, countMissing, type Filter } from "../../lib/ice_columns";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import { createCategoryFilter } from "./category_filter";
import { createRangeFilter } from "./range_filter";

/** How many rows each bar has: all, those that pass all filters, those of them that are selected. */
export interface Counts {
  all: Uint32Array;
  passing: Uint32Array;
  chosen: Uint32Array;
}

export interface FilterControl {
  /** What it lets pass, or ways to choose it, in the head of the card. */
  told: HTMLElement;
  element: HTMLElement;
  draw(filter: Filter | null, counts: Counts): void;
}

export interface Rows {
  passing: Uint8Array;
  chosen: Uint8Array;
}

export interface FilterCard {
  element: HTMLElement;
  draw(column: Column | undefined, filter: Filter | null, rows: Rows): void;
}

export function createFilterCard(
  feature: string,
  words: Words,
  change: (filter: Filter | null, moving?: boolean) => void,
  remove: () => void,
): FilterCard {
  const name = element("b", { title: feature }, feature);
  const close = button("×", words("ice.filter.remove", { feature }), remove);
  const head = element("div", { class: "head" }, name, close);
  const whole = element("div", { class: "filter", role: "group", "aria-label": feature }, head);
  const arrived = createChange();
  const changed = createChange();
  let bins: Bins = { count: 0, places: new Int32Array() };
  let control: FilterControl | null = null;
  return {
    element: whole,
    draw(column, filter, rows) {
      if (arrived(column)) {
        const range = column && !column.categories ? rangeOf(column) : null;
        const lacking = column ? countMissing(column) : 0;
        const listed = column?.categories && {
          ...column,
          categories: [...column.categories, ...(lacking ? [null] : [])],
        };
        control = null;
        if (listed) control = createCategoryFilter(feature, listed.categories, words, change);
        else if (range) control = createRangeFilter(feature, range, lacking, words, change);
        if (column) bins = binsOf(listed ?? column, range);
        const missing = element("span", { class: "muted" }, words(column ? "ice.filter.empty" : "ice.filter.waiting"));
        head.replaceChildren(name, control?.told ?? missing, close);
        whole.replaceChildren(head, ...(control ? [control.element] : []));
      }
      if (!control || !changed(column, filter, rows.passing, rows.chosen)) return;
      const { passing, chosen } = rows;
      control.draw(filter, {
        all: countIn(bins, null),
        passing: countIn(bins, passing),
        chosen: countIn(bins, chosen),
      });
    },
  };
}
