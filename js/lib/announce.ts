// Words for assistive technology: politely, at most once a second, the newest wins.
import { element } from "./dom";

const PAUSE = 1000; // milliseconds

export function createAnnouncer(signal: AbortSignal): { element: HTMLElement; say(text: string): void } {
  const region = element("div", { class: "unseen", role: "status", "aria-live": "polite" });
  let waiting: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const speak = () => {
    timer = undefined;
    if (waiting === null) return;
    region.textContent = waiting;
    waiting = null;
    timer = setTimeout(speak, PAUSE);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  return {
    element: region,
    say(text) {
      if (text === (waiting ?? region.textContent)) return;
      waiting = text;
      if (timer === undefined) speak();
    },
  };
}
