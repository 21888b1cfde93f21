// What the method is, its formula, and where it misleads; one click away.
import { element } from "../lib/dom";
import { createChange } from "../lib/memo";
import { type Method, methodOf } from "../lib/methods";
import type { Key, Words } from "../lib/words";
import type { Part } from "./scene";

export function createAbout(words: Words): Part {
  const whole = element("section", { class: "about", "aria-label": words("about"), hidden: true });
  const changed = createChange();
  return {
    element: whole,
    draw({ state, local }) {
      whole.hidden = !local.about;
      const name = state.map?.header.method ?? state.traits.method;
      if (!local.about || !changed(name)) return;
      whole.replaceChildren(
        column(words("about.definition"), paragraph(words(`method.${name}.definition` as Key))),
        ...formula(methodOf(name), words),
        column(words("about.misleads"), paragraph(words(`method.${name}.misleads` as Key))),
      );
    },
  };
}

function formula({ formula, plain, symbols, source }: Method, words: Words): HTMLElement[] {
  if (!formula || !plain || !symbols || !source) return [];
  const written = element("div", { class: "formula" }, parseMath(formula, plain));
  return [column(words("about.formula"), written, paragraph(`${words(symbols as Key)}. ${source}.`, "muted"))];
}

/** Our own MathML, through the parser and not through HTML. */
function parseMath(source: string, plain: string): Node | string {
  const parsed = new DOMParser().parseFromString(source, "application/xml").documentElement;
  if (parsed.localName !== "math") return plain;
  parsed.setAttribute("aria-label", plain);
  return document.importNode(parsed, true);
}

function column(title: string, ...content: Node[]): HTMLElement {
  return element("div", {}, element("h3", {}, title), ...content);
}

const paragraph = (text: string, kind = "") => element("p", { class: kind }, text);
