// The row above the plot: what is shown, how a hand selects, and what can be taken away.
import { field, segmented } from "../../lib/controls";
import { createOutputControl } from "../../lib/shap_output";
import { isReachable } from "../../lib/state";
import type { Words } from "../../lib/words";
import type { PlotControls } from "../plot_scene";
import type { Actions, Kind, Scene, Tool } from "./scene";

const tools = ["box", "lasso"] as const satisfies Tool[];

export function createControls(actions: Actions, words: Words, kind: Kind): PlotControls<Scene> {
  const own = kind.controls(actions, words);
  const output = createOutputControl(({ output }) => actions.set({ output, brush: [] }), words);
  const tool = segmented(
    words("swarm.tool"),
    tools.map((value) => ({ value, name: words(`swarm.tool.${value}.name`), face: words(`swarm.tool.${value}`) })),
    (value) => actions.change({ tool: value as Tool }),
  );
  return {
    elements: [...own.elements, output.element, field(words("swarm.tool"), null, tool.element)],
    draw({ state, local }) {
      const { traits, kernel, scatter } = state;
      const reachable = isReachable(kernel);
      own.draw(state, reachable);
      output.draw(traits, scatter?.header ?? null, reachable);
      tool.show(local.tool);
      tool.enable(scatter !== null && (reachable || !scatter.picture));
    },
  };
}
