// The row above the plot: in which order the rows stand, which output, what the axis says, what a drag does.
import { button, field, icon, segmented, select } from "../../lib/controls";
import { classed, element, write } from "../../lib/dom";
import { ORDERS } from "../../lib/force_order";
import type { Link } from "../../lib/force_state";
import { createChange } from "../../lib/memo";
import { createOutputControl } from "../../lib/shap_output";
import { isReachable } from "../../lib/state";
import type { Words } from "../../lib/words";
import { createMost } from "../most";
import { orderName } from "./describe";
import type { Actions, Controls } from "./scene";

const MOST_OFFERED = 200; // features, the strongest
const NEARER = "M8 3.5v9M3.5 8h9";
const FARTHER = "M3.5 8h9";
const WHOLE = "M2.5 8h11M4.8 5.6 2.4 8l2.4 2.4M11.2 5.6 13.6 8l-2.4 2.4";

export function createControls(actions: Actions, words: Words, zoom: (further: boolean) => void): Controls {
  const order = select(words("force.order"), [], (value) => actions.set({ order: value }));
  const output = createOutputControl((settings) => actions.set(settings), words);
  const most = createMost((max_display) => actions.set({ max_display }), words);
  const link = segmented(
    words("force.link"),
    (["identity", "logit"] as const).map((value) => ({
      value,
      name: words(`force.link.${value}.name`),
      face: words(`force.link.${value}`),
    })),
    (value) => actions.set({ link: value as Link }),
  );
  const drag = segmented(
    words("force.drag"),
    (["brush", "move"] as const).map((value) => ({
      value,
      name: words(`force.drag.${value}.name`),
      face: words(`force.drag.${value}`),
    })),
    (value) => actions.change({ drag: value as "brush" | "move" }),
  );
  const nearer = button(icon(NEARER), words("force.nearer"), () => zoom(true));
  const farther = button(icon(FARTHER), words("force.farther"), () => zoom(false));
  const whole = button(icon(WHOLE), words("force.whole"), () => actions.change({ window: null }));
  const buttons = element("span", { class: "buttons" }, farther, nearer, whole);
  const links = classed(field(words("force.link"), null, link.element), "link");
  const drags = classed(field(words("force.drag"), null, drag.element), "drag");
  const zooms = classed(field(words("force.zoom"), null, buttons), "zoom");
  const changed = createChange();
  let asked = false; // for probabilities, of values whose units nobody has said: the way back stays open
  return {
    elements: [output.element, classed(order.element, "order"), most.element, links, drags, zooms],
    draw({ state: { traits, kernel, force }, local, drawing }) {
      const reachable = isReachable(kernel);
      const stack = drawing?.stack ?? null;
      if (force && changed(force.header.features, force.header.has_data, force.data !== null, reachable)) {
        const { features, columns, has_data } = force.header;
        const own =
          has_data && (reachable || force.data) ? columns.slice(0, MOST_OFFERED).map((k) => features[k]!) : [];
        const offered = [...ORDERS, ...own.filter((name) => !(ORDERS as readonly string[]).includes(name))];
        order.offer(offered.map((value) => ({ value, text: orderName(value, words) })));
      }
      order.show(traits.order);
      order.element.hidden = drags.hidden = zooms.hidden = stack === null;
      output.draw(traits, force?.header ?? null, reachable);
      most.draw(traits.max_display, traits.feature_names.length, force?.header.columns.length);
      const units = force?.header.units ?? null;
      asked ||= traits.link === "logit";
      links.hidden = !force?.header.base_known || (units !== "log_odds" && !(units === null && asked));
      link.show(traits.link);
      const identity = link.element.querySelector("button");
      if (identity) write(identity, words(units ? "force.link.identity" : "force.link.given"));
      drag.show(local.drag);
      whole.disabled = farther.disabled = local.window === null;
      nearer.disabled = stack !== null && stack.window[1] - stack.window[0] <= 8;
    },
  };
}
