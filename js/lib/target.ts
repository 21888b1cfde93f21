// The control that chooses which class of a classifier is explained, or which output of several.

import { select } from "./controls";
import { classed } from "./dom";
import { createChange } from "./memo";
import type { Words } from "./words";

export interface TargetControl {
  element: HTMLElement;
  draw(traits: { target: number | null; class_names: string[] }, shown: Shown | null, reachable: boolean): void;
}

/** What the header of what is on screen says of it. */
interface Shown {
  /** The class, where there is one. */
  target_name: string | null;
  /** How it was computed; the outputs of what is given ready-made have numbers alone. */
  method: string | null;
}

/** Hidden where there are no classes to choose from. */
export function createTargetControl(choose: (target: number) => void, words: Words): TargetControl {
  const control = select(words("target.class"), [], (position) => choose(Number(position)));
  const changed = createChange();
  return {
    element: classed(control.element, "target"),
    draw({ target, class_names }, shown, reachable) {
      if (changed(class_names)) {
        control.offer(class_names.map((text, position) => ({ value: String(position), text })));
      }
      control.element.hidden = class_names.length < 2;
      control.call(words(shown?.method === "given" ? "target.output" : "target.class"));
      // where none was asked for: the one that is named, else the last
      const named = shown?.target_name ?? null;
      control.show(String(target ?? (named === null ? class_names.length - 1 : class_names.indexOf(named))));
      control.enable(reachable);
    },
  };
}
