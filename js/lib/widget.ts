// A widget of ours, as anywidget asks for it: joins the widget model, its session and its views.
import type { AnyWidget, Host } from "@anywidget/types";
import { element, setAttributes } from "./dom";
import type { Stamped } from "./inbox";
import { type Model, openSession, type Plan, type Session } from "./session";
import type { View } from "./stage";
import type { SessionState } from "./state";

interface Frame extends Stamped {
  header: Stamped["header"] & { done: number; total: number; finished: boolean };
}

interface Parts<State extends SessionState, Settings extends object, Shown extends Frame> {
  name: string;
  /** The class of the root. */
  kind: string;
  createPlan(): Plan<State, Settings, Shown>;
  createView(
    root: HTMLElement,
    first: State,
    session: Session<State, Settings, Shown>,
    drawn: (state: State) => void,
    signal: AbortSignal,
    /** Finds other widgets; a saved page has none. */
    host?: Host,
  ): View<State>;
  /** The frame that is shown. */
  shown(state: State): Shown | null;
  /** What else is on screen, for those who read the page: attributes of the root. */
  hooks(state: State): Record<string, string | number>;
}

export function createWidget<State extends SessionState, Settings extends object, Shown extends Frame>({
  name,
  kind,
  createPlan,
  createView,
  shown,
  hooks,
}: Parts<State, Settings, Shown>): AnyWidget {
  return () => {
    let session: Session<State, Settings, Shown>;
    return {
      initialize({ model, signal }) {
        session = openSession(model as unknown as Model, createPlan(), signal);
      },
      render({ el, signal, host }) {
        const root = element("section", { class: `xw ${kind}`, "aria-label": name });
        el.classList.add("xw-host");
        el.append(root);
        let version = 0;
        let last: Shown | null = null;
        const drawn = (state: State) => {
          const now = shown(state);
          if (now && now !== last) session.drawn(now);
          if (now !== last) version += 1;
          last = now;
          const told = {
            "data-status": state.traits.status,
            "data-version": version,
            ...hooksOf(now),
            ...hooks(state),
          };
          setAttributes(root, told);
        };
        const view = createView(root, session.state, session, drawn, signal, host);
        session.subscribe(() => view.draw(session.state), signal);
        view.draw(session.state);
        tellWhoLooks(root, session, signal);
        signal.addEventListener("abort", () => root.remove());
      },
    };
  };
}

/** Which frame is on screen, and how far it is. */
function hooksOf(shown: Frame | null): Record<string, string | number> {
  if (!shown) return {};
  const { job, sequence, done, total, finished } = shown.header;
  return {
    "data-job": job,
    "data-sequence": sequence,
    "data-done": done,
    "data-total": total,
    "data-finished": String(finished),
  };
}

function tellWhoLooks(
  root: HTMLElement,
  session: Pick<Session<never, never, never>, "look">,
  signal: AbortSignal,
): void {
  const name = Math.random().toString(36).slice(2);
  let inside = false;
  const look = () => session.look(name, inside && !document.hidden);
  const observer = new IntersectionObserver(([entry]) => {
    inside = entry?.isIntersecting ?? false;
    look();
  });
  observer.observe(root);
  document.addEventListener("visibilitychange", look, { signal });
  signal.addEventListener("abort", () => {
    observer.disconnect();
    session.look(name, false);
  });
}
