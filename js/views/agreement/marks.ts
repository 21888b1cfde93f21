// The mark of each method: its form says whose it is, its side and colour what it does.
import type { MethodName } from "../../lib/agreement_frame";
import { shape } from "../../lib/dom";

const FORMS: Record<MethodName, string> = {
  shap: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
  lime: "M0-5.4L5.4 0L0 5.4L-5.4 0z",
  gradient_x_input: "M0-4.8L5.2 4.2H-5.2z",
};

export function markOf(method: MethodName, tone: string, x: number, y: number): SVGElement {
  return shape("path", { class: `mark ${tone}`, d: FORMS[method], transform: `translate(${x.toFixed(1)} ${y})` });
}

export const toneOf = (share: number) => (share > 0 ? "raises" : share < 0 ? "lowers" : "nothing");
