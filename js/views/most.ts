// The control that says how many features stand by themselves.
import { select } from "../lib/controls";
import { createChange } from "../lib/memo";
import type { Words } from "../lib/words";

const COUNTS = [5, 10, 20, 50];
const MOST = 1000; // that a widget takes

export interface Most {
  element: HTMLElement;
  /** Of so many features so many are shown at most; no more than so many can be. */
  draw(most: number, features: number, possible?: number): void;
}

export function createMost(set: (most: number) => void, words: Words): Most {
  const control = select(words("features.shown"), [], (count) => set(Number(count)));
  control.element.classList.add("most");
  const changed = createChange();
  return {
    element: control.element,
    draw(most, features, possible = features) {
      const whole = Math.min(MOST, possible);
      const shown = Math.min(most, whole);
      if (changed(shown, features, whole)) {
        const counts = [...new Set([...COUNTS.filter((count) => count < whole), shown, whole])].sort((a, b) => a - b);
        const text = (count: number) => (count === features ? words("features.all", { count }) : String(count));
        control.offer(counts.map((count) => ({ value: String(count), text: text(count) })));
      }
      control.element.hidden = whole <= COUNTS[0]!; // nothing to choose
      control.show(String(shown));
    },
  };
}
