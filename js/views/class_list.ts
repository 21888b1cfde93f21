// What the model says: its best classes, and the chosen one in the colour of choice.
import { className, scoreOf } from "../lib/classes";
import { element, focusable, focusedIn } from "../lib/dom";
import { share, short } from "../lib/format";
import { createChange } from "../lib/memo";
import type { Score, Traits } from "../lib/state";
import type { Words } from "../lib/words";
import { chosenClass } from "./class_search";
import type { Actions, Part } from "./scene";

export function createClassList(actions: Actions, words: Words): Part {
  const group = `class-${Math.random().toString(36).slice(2)}`;
  const unit = element("span", { class: "push" });
  const rows = element("div", { class: "classes", role: "radiogroup", "aria-label": words("says") });
  const whole = element(
    "div",
    { class: "says" },
    element("div", { class: "head" }, element("b", {}, words("says")), unit),
    rows,
  );
  const changed = createChange();
  const rescored = createChange();
  let kept: Score | null = null; // the last chosen class that is not among the best
  let inputs: HTMLInputElement[] = [];
  return {
    element: whole,
    draw({ state: { traits, kernel } }) {
      const { scores } = traits;
      whole.hidden = scores === null;
      if (!scores) return;
      if (rescored(scores)) kept = null;
      const chosen = chosenClass(traits);
      if (chosen !== null && !scores.top.some(({ index }) => index === chosen) && kept?.index !== chosen) {
        kept = { index: chosen, name: className(traits, chosen, words), value: scoreOf(traits, chosen) ?? 0 };
      }
      if (changed(scores, kept)) {
        unit.textContent = scores.kind === "probability" ? "%" : words("says.score");
        const focused = focusedIn(rows)?.getAttribute("value");
        inputs = fill(rows, traits, kept, group, (target) => actions.set({ target }));
        inputs.find(({ value }) => value === focused)?.focus({ preventScroll: true });
      }
      for (const input of inputs) {
        input.checked = Number(input.value) === chosen;
        input.disabled = kernel === "gone" || kernel === "offline";
      }
    },
  };
}

function fill(
  rows: HTMLElement,
  { scores }: Traits,
  kept: Score | null,
  group: string,
  choose: (target: number) => void,
): HTMLInputElement[] {
  const best = scores?.top ?? [];
  const shown = kept && !best.some(({ index }) => index === kept.index) ? [...best, kept] : best;
  const probable = scores?.kind === "probability";
  const most = Math.max(...shown.map(({ value }) => Math.abs(value)));
  const made = shown.map(({ index, name, value }) => {
    const input = element("input", { type: "radio", name: group, value: index, "aria-label": name, ...focusable });
    input.addEventListener("change", () => choose(index));
    const width = probable ? value : most > 0 ? Math.max(0, value) / most : 0;
    const bar = element("i");
    bar.style.width = `${100 * width}%`;
    const printed = probable ? share(value) : short(value);
    const row = element(
      "label",
      { title: name },
      input,
      element("span", { class: "name" }, name),
      element("span", { class: "value" }, printed),
      element("span", { class: "track" }, bar),
    );
    return { input, row };
  });
  rows.replaceChildren(...made.map(({ row }) => row));
  return made.map(({ input }) => input);
}
