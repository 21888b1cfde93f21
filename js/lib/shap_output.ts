// The control that chooses which of several outputs is shown, or which class.
import { select } from "./controls";
import { createChange } from "./memo";
import type { ShapHeader, ShapTraits } from "./shap_state";
import type { Words } from "./words";

export interface OutputControl {
  element: HTMLElement;
  draw(traits: Pick<ShapTraits, "output_names" | "output">, header: ShapHeader | null, reachable: boolean): void;
}

/** Hidden where there is one output alone. */
export function createOutputControl(set: (settings: { output: number }) => void, words: Words): OutputControl {
  const control = select(words("target.output"), [], (position) => set({ output: Number(position) }));
  control.element.classList.add("output");
  const changed = createChange();
  return {
    element: control.element,
    draw({ output_names, output }, header, reachable) {
      if (changed(output_names)) {
        control.offer(output_names.map((text, position) => ({ value: String(position), text })));
      }
      control.element.hidden = output_names.length < 2;
      control.call(words(header?.of_classes ? "target.class" : "target.output"));
      control.show(String(output ?? header?.output ?? 0));
      control.enable(reachable);
    },
  };
}
