// A filter on categories: a list to tick, each with a bar of its rows.
import { button } from "../../lib/controls";
import { element, focusable, setAttributes, write } from "../../lib/dom";
import { integer } from "../../lib/format";
import type { Category } from "../../lib/ice_columns";
import type { Words } from "../../lib/words";
import type { FilterControl } from "./filter_card";

export function createCategoryFilter(
  feature: string,
  categories: Category[],
  words: Words,
  change: (wanted: Category[] | null) => void,
): FilterControl {
  let wanted = categories;
  const choose = (next: Category[]) => change(next.length === categories.length ? null : next);
  const nameOf = (category: Category) => (category === null ? words("ice.filter.lacking") : String(category));
  const rows = categories.map((category) => {
    const input = element("input", { type: "checkbox", ...focusable });
    const count = element("span", { class: "count" });
    const bar = element("span", { class: "bar" });
    input.addEventListener("change", () =>
      choose(categories.filter((other) => (other === category ? input.checked : wanted.includes(other)))),
    );
    const text = nameOf(category);
    const name = element("span", { class: category === null ? "name muted" : "name", title: text }, text);
    return { category, input, count, bar, label: element("label", { class: "toggle" }, input, name, bar, count) };
  });
  const every = button(words("ice.filter.every"), words("ice.filter.every.name", { feature }), () =>
    choose(categories),
  );
  const none = button(words("ice.filter.no"), words("ice.filter.no.name", { feature }), () => choose([]));
  for (const each of [every, none]) each.classList.replace("icon", "quiet");
  return {
    told: element("span", { class: "choices" }, every, none),
    element: element(
      "div",
      { class: "categories", role: "group", "aria-label": feature },
      ...rows.map(({ label }) => label),
    ),
    draw(filter, { all, passing, chosen }) {
      wanted = filter ?? categories;
      const most = Math.max(1, ...all);
      rows.forEach(({ category, input, count, bar }, place) => {
        const [total, kept, picked] = [all[place]!, passing[place]!, chosen[place]!];
        input.checked = wanted.includes(category);
        write(count, integer(kept));
        const told = { category: nameOf(category), count: integer(kept), total: integer(total) };
        setAttributes(input, { "aria-label": words("ice.filter.category", told) });
        for (const [name, value] of Object.entries({ all: total, passing: kept, chosen: picked })) {
          bar.style.setProperty(`--${name}`, `${(100 * value) / most}%`);
        }
      });
    },
  };
}
