// The entry of SaliencyMap: joins the widget model, its session and its views.
import type { AnyWidget } from "@anywidget/types";
import { element, setAttributes } from "./lib/dom";
import { type Model, openSession, type Session } from "./lib/session";
import type { State } from "./lib/state";
import { createSaliencyView } from "./views/saliency";

const widget: AnyWidget = () => {
  let session: Session;
  return {
    initialize({ model, signal }) {
      session = openSession(model as Model, signal);
    },
    render({ el, signal }) {
      const root = element("section", { class: "xw saliency-map", "aria-label": "SaliencyMap" });
      el.classList.add("xw-host");
      el.append(root);
      const name = Math.random().toString(36).slice(2);
      let version = 0;
      let last: State["map"] = null;
      const drawn = ({ map, traits }: State) => {
        if (map && map !== last) session.drawn(map);
        if (map !== last) version += 1;
        last = map;
        setAttributes(root, { "data-status": traits.status, "data-version": version, ...hooks(map) });
      };
      const view = createSaliencyView(root, session.state, session, drawn, signal);
      session.subscribe(() => view.draw(session.state), signal);
      view.draw(session.state);

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
        root.remove();
      });
    },
  };
};

export default widget;

/** What is on screen, for those who read the page. */
function hooks(map: State["map"]): Record<string, string | number> {
  if (!map) return {};
  const { job, sequence, done, total, finished, noise_level, method, target } = map.header;
  return {
    "data-job": job,
    "data-sequence": sequence,
    "data-done": done,
    "data-total": total,
    "data-finished": String(finished),
    "data-noise-level": noise_level ?? "",
    "data-method": method,
    "data-target": target ?? "",
  };
}
