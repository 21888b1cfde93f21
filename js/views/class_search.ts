// Choose any class: a field that suggests by name or number.
import { classCount, className, findClasses, scoreOf } from "../lib/classes";
import { enable } from "../lib/controls";
import { element, focusable, setAttributes } from "../lib/dom";
import { share, short } from "../lib/format";
import type { Traits } from "../lib/state";
import type { Words } from "../lib/words";
import type { Actions } from "./scene";

const SUGGESTIONS = 8;

interface Suggestion {
  target: number | null;
  name: string;
  score: string;
}

export interface ClassSearch {
  element: HTMLElement;
  show(traits: Traits): void;
  enable(enabled: boolean): void;
}

export function createClassSearch(actions: Actions, words: Words): ClassSearch {
  const list = `classes-${Math.random().toString(36).slice(2)}`;
  const input = element("input", {
    type: "text",
    role: "combobox",
    "aria-label": words("class"),
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list,
    autocomplete: "off",
    spellcheck: "false",
    ...focusable,
  });
  const output = element("output");
  const box = element("div", {
    id: list,
    role: "listbox",
    "aria-label": words("class"),
    class: "suggestions",
    hidden: true,
  });
  let traits: Traits | null = null;
  let suggestions: Suggestion[] = [];
  let active = 0;

  const isOpen = () => !box.hidden;
  const open = (query: string) => {
    if (!traits) return;
    suggestions = suggest(traits, query, words);
    active = 0;
    const rest = query === "" ? classCount(traits) - (traits.scores?.top.length ?? 0) : 0;
    box.replaceChildren(
      ...suggestions.map(({ name, score }, index) =>
        element(
          "div",
          { role: "option", id: `${list}-${index}`, "data-index": index },
          element("span", {}, name),
          element("span", { class: "muted" }, score),
        ),
      ),
      ...(suggestions.length === 0 ? [element("div", { class: "muted" }, words("class.none"))] : []),
      ...(rest > 0 ? [element("div", { class: "muted" }, words("class.more", { count: rest }))] : []),
    );
    box.hidden = false;
    mark();
  };
  const close = () => {
    box.hidden = true;
    setAttributes(input, { "aria-expanded": "false", "aria-activedescendant": null });
    if (traits) input.value = currentName(traits, words);
  };
  const mark = () => {
    for (const option of box.querySelectorAll("[role=option]")) {
      setAttributes(option, { "aria-selected": String(option.id === `${list}-${active}`) });
    }
    setAttributes(input, {
      "aria-expanded": "true",
      "aria-activedescendant": suggestions.length ? `${list}-${active}` : null,
    });
  };
  const choose = (index: number) => {
    const chosen = suggestions[index];
    close();
    if (!chosen) return;
    input.value = chosen.name;
    actions.set({ target: chosen.target });
  };

  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => {
    if (!isOpen()) open("");
  });
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !isOpen()) open("");
    else if (step && suggestions.length) {
      active = (active + step + suggestions.length) % suggestions.length;
      mark();
    } else if (event.key === "Enter" && isOpen()) choose(active);
    else if (event.key === "Escape" && isOpen()) {
      close();
      input.select();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // keeps the focus in the field
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) choose(Number(option.dataset.index));
  });

  return {
    element: element(
      "div",
      { class: "ctl class-search" },
      element("div", { class: "label" }, element("span", {}, words("class")), output),
      input,
      box,
    ),
    show(now) {
      traits = now;
      const index = chosenClass(now);
      output.value = index === null ? "" : printScore(now, index);
      if (!isOpen()) input.value = currentName(now, words);
    },
    enable: (enabled) => enable(input, enabled),
  };
}

/** The class that is explained: the chosen one, else the predicted one. */
export function chosenClass({ target, index, scores }: Traits): number | null {
  if (typeof target === "number") return target;
  if (Array.isArray(target)) return target[index] ?? null;
  return target === null ? (scores?.top[0]?.index ?? null) : null;
}

export function printScore(traits: Traits, index: number): string {
  const score = scoreOf(traits, index);
  if (score === null) return "";
  return traits.scores?.kind === "probability" ? `${share(score)} %` : short(score);
}

function currentName(traits: Traits, words: Words): string {
  const { target } = traits;
  if (target !== null && typeof target === "object" && "name" in target) return target.name;
  const index = chosenClass(traits);
  return index === null ? "" : className(traits, index, words);
}

function suggest(traits: Traits, query: string, words: Words): Suggestion[] {
  const found = findClasses(traits, query, words, SUGGESTIONS).map(({ index, name }) => ({
    target: index,
    name,
    score: printScore(traits, index),
  }));
  const predicted = traits.scores?.top[0];
  if (query.trim() !== "" || !predicted) return found;
  return [{ target: null, name: words("class.predicted", { name: predicted.name }), score: "" }, ...found];
}
