// Another widget, shown inside a view: the host finds it by the reference that a WidgetTrait sends.
import type { Host } from "@anywidget/types";
import { element } from "./dom";

export type ChildHost = Pick<Host, "getWidget"> | undefined;

export interface Child {
  element: HTMLElement;
  /** Show another widget, or none, and tell whether it is there; the same one stays as it is. */
  show(reference: string | null): Promise<boolean>;
}

/** Without a host, as in a saved page, nothing is shown. */
export function createChild(host: ChildHost, signal: AbortSignal): Child {
  const whole = element("div", { class: "child", hidden: true });
  let asked: string | null = null;
  let shown = Promise.resolve(false);
  let life = new AbortController();
  signal.addEventListener("abort", () => life.abort());

  async function open(reference: string | null, signal: AbortSignal): Promise<boolean> {
    try {
      const widget = reference && (await host?.getWidget(reference));
      if (!widget || signal.aborted) return false;
      whole.hidden = false; // before it is drawn: what is hidden has no width
      const el = whole.appendChild(element("div"));
      signal.addEventListener("abort", () => el.remove());
      await widget.render({ el, signal });
      return !signal.aborted;
    } catch {
      whole.hidden ||= !signal.aborted; // the widget was closed meanwhile, or is of another page
      return false;
    }
  }

  return {
    element: whole,
    show(reference) {
      if (reference === asked || signal.aborted) return shown;
      asked = reference;
      life.abort();
      life = new AbortController();
      whole.hidden = true;
      shown = open(reference, life.signal);
      return shown;
    },
  };
}
