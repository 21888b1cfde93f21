// The control that chooses which class of a classifier is explained.

import { select } from "./controls";
import { classed } from "./dom";
import { createChange } from "./memo";
import type { Words } from "./words";

export interface TargetControl {
  element: HTMLElement;
  /** `shown` names the class of what is on screen, where there is one. */
  draw(traits: { target: number | null; class_names: string[] }, shown: string | null, reachable: boolean): void;
}

/** Hidden where there are no classes to choose from. */
export function createTargetControl(choose: (target: number) => void, words: Words): TargetControl {
  const control = select(words("ice.target"), [], (position) => choose(Number(position)));
  const changed = createChange();
  return {
    element: classed(control.element, "target"),
    draw({ target, class_names }, shown, reachable) {
      if (changed(class_names)) {
        control.offer(class_names.map((text, position) => ({ value: String(position), text })));
      }
      control.element.hidden = class_names.length < 2;
      // where none was asked for: the one that is named, else the last
      control.show(String(target ?? (shown === null ? class_names.length - 1 : class_names.indexOf(shown))));
      control.enable(reachable);
    },
  };
}
