// The row above the plot: what is shown, how a hand selects, and what can be taken away.
import { button, field, icon, icons, segmented } from "../../lib/controls";
import { element, setAttributes } from "../../lib/dom";
import { createOutputControl } from "../../lib/shap_output";
import type { Words } from "../../lib/words";
import type { Actions, Kind, Part, Tool } from "./scene";

export interface Doings {
  copy(): void;
  download(): void;
}

export interface ControlsRow extends Part {
  /** Opens the code. */
  copy: HTMLElement;
}

const tools = ["box", "lasso"] as const satisfies Tool[];

export function createControls(actions: Actions, words: Words, doings: Doings, kind: Kind): ControlsRow {
  const own = kind.controls(actions, words);
  const output = createOutputControl(({ output }) => actions.set({ output, brush: [] }), words);
  const tool = segmented(
    words("swarm.tool"),
    tools.map((value) => ({ value, name: words(`swarm.tool.${value}.name`), face: words(`swarm.tool.${value}`) })),
    (value) => actions.change({ tool: value as Tool }),
  );
  let open = { code: false, about: false };
  const reset = button(icon(icons.reset), words("reset"), () => actions.command("reset"));
  const download = button(icon(icons.download), words("download"), doings.download);
  const copy = button(icon(icons.code), words("copy"), () =>
    open.code ? actions.change({ code: null }) : doings.copy(),
  );
  const about = button("?", words("about"), () => actions.change({ about: !open.about }));
  return {
    copy,
    element: element(
      "div",
      { class: "controls" },
      ...own.elements,
      output.element,
      field(words("swarm.tool"), null, tool.element),
      element("div", { class: "buttons push" }, reset, download, copy, about),
    ),
    draw({ state, local }) {
      const { traits, kernel, scatter } = state;
      const reachable = kernel === "live" || kernel === "silent";
      own.draw(state, reachable);
      output.draw(traits, scatter?.header ?? null, reachable);
      tool.show(local.tool);
      tool.enable(scatter !== null && (reachable || !scatter.picture));
      reset.disabled = kernel === "gone";
      download.disabled = scatter === null;
      copy.disabled = !scatter?.header.code;
      open = { code: local.code !== null, about: local.about };
      setAttributes(copy, { "aria-expanded": String(open.code) });
      setAttributes(about, { "aria-expanded": String(open.about) });
    },
  };
}
