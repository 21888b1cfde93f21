// Elements, made without a word of HTML.

type Attributes = Record<string, string | number | boolean | null | undefined>;
type Child = Node | string | null;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children);
}

export function shape<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const text = value === null || value === undefined || value === false ? null : value === true ? "" : String(value);
    if (text === target.getAttribute(name)) continue;
    if (text === null) target.removeAttribute(name);
    else target.setAttribute(name, text);
  }
}

/** The element, of one more class. */
export function classed<Made extends Element>(made: Made, name: string): Made {
  made.classList.add(name);
  return made;
}

/** Say a text, where it is not said already: a text that is set is laid out again. */
export function write(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** The element that has the focus, also inside a shadow root. */
export function focusedIn(part: Element): Element | null {
  const { activeElement } = part.getRootNode() as Document | ShadowRoot;
  return activeElement && part.contains(activeElement) ? activeElement : null;
}

/** Keep Jupyter's shortcuts away from an element that takes keys itself. */
export const focusable = { "data-lm-suppress-shortcuts": "true" };

function fill<Made extends Element>(made: Made, attributes: Attributes, children: Child[]): Made {
  setAttributes(made, attributes);
  made.append(...children.filter((child): child is Node | string => child !== null));
  return made;
}
