// Below the plot, when asked for: groups of curves of one shape, or pairs of features that interact.
import { button } from "../../lib/controls";
import { element, focusedIn, setAttributes, write } from "../../lib/dom";
import { createChange } from "../../lib/memo";
import type { Words } from "../../lib/words";
import { createInteractionList } from "./interaction_list";
import { panelKeys, panelOf } from "./panel";
import type { Actions, Panel, Part } from "./scene";
import { createSubgroupList } from "./subgroup_list";

export function createFindings(actions: Actions, words: Words): Part {
  const title = element("span");
  const shut = () => {
    if (open === "interactions" && actions.now().traits.pair) actions.set({ pair: null }); // its surface goes with it
    actions.change({ panel: "closed" });
  };
  const close = button("×", words("ice.findings.close"), shut);
  close.classList.add("push");
  const wait = element("p", { class: "muted" });
  const lists = {
    subgroups: createSubgroupList(actions, words),
    interactions: createInteractionList(actions, words),
  };
  const whole = element(
    "section",
    { class: "findings", hidden: true },
    element("div", { class: "head" }, title, close),
    wait,
    lists.subgroups.element,
    lists.interactions.element,
  );
  whole.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    shut();
  });
  const askable = createChange();
  const arrived = createChange();
  let open: Panel = "closed";
  return {
    element: whole,
    draw(scene) {
      const { state, local, drawing } = scene;
      const panel = drawing ? panelOf(state, local) : "closed";
      if (panel === "closed" && focusedIn(whole)) openerOf(whole, open)?.focus({ preventScroll: true });
      open = panel;
      whole.hidden = panel === "closed";
      if (panel === "closed") return;
      const { status, job, target, notice } = state.traits;
      const missing = !state.traits[panel].length;
      // asked once for each picture that stands still
      const still = status !== "idle" && status !== "running";
      const due = missing && still && state.kernel !== "offline" && state.kernel !== "gone";
      if (askable(panel, due, panel === "subgroups" ? job : target) && due) {
        actions.command(panel);
        actions.say(words(`${panelKeys[panel]}.wait`));
      }
      if (arrived(panel, missing) && !missing) actions.say(words(`${panelKeys[panel]}.title`));
      write(title, words(`${panelKeys[panel]}.title`));
      setAttributes(whole, { "aria-label": title.textContent });
      wait.hidden = !missing || notice !== "";
      write(wait, words(`${panelKeys[panel]}.wait`));
      for (const list of Object.values(lists)) list.element.hidden = missing || list !== lists[panel];
      if (!missing) lists[panel].draw(scene);
    },
  };
}

function openerOf(whole: HTMLElement, panel: Panel): HTMLElement | null {
  const openers = whole.parentElement?.querySelectorAll<HTMLElement>(".rule-line button");
  return openers?.[panel === "interactions" ? 1 : 0] ?? null;
}
