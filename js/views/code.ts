// The call that reproduces the numbers of the moment it was asked for: copied, or shown to be copied.
import { button } from "../lib/controls";
import { element, focusable, focusedIn } from "../lib/dom";
import { createChange } from "../lib/memo";
import type { Words } from "../lib/words";
import type { Local, Part } from "./scene";

interface Actions {
  change(local: Pick<Local, "code">): void;
}

/** `opener` gets the focus back when the panel closes. */
export function createCode(actions: Actions, words: Words, opener: HTMLElement): Part<{ local: Pick<Local, "code"> }> {
  const told = element("span");
  const close = button("×", words("close"), () => actions.change({ code: null }));
  close.classList.add("push");
  const text = element("pre", { tabindex: 0, "aria-label": words("copy.code"), ...focusable });
  const whole = element(
    "section",
    { class: "code", hidden: true },
    element("div", { class: "head" }, told, close),
    text,
  );
  whole.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    actions.change({ code: null });
  });
  const changed = createChange();
  return {
    element: whole,
    draw({ local: { code } }) {
      if (code === null && focusedIn(whole)) opener.focus({ preventScroll: true });
      whole.hidden = code === null;
      if (!changed(code) || !code) return;
      told.textContent = words(code.copied ? "copy.done" : "copy.by_hand");
      text.textContent = code.text;
      if (!code.copied) {
        text.focus({ preventScroll: true });
        getSelection()?.selectAllChildren(text);
      }
    },
  };
}

/** What a press of the button leaves: code that is shown already goes, any other is copied and shown. */
export async function pressed(shown: Local["code"], text: string): Promise<Local["code"]> {
  return shown?.text === text ? null : { text, copied: await copyText(text) };
}

/** Put text on the clipboard; false where the browser does not let us. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
