// The plot as shown, as one PNG: caption, curves, lines, status.
import { savePlot } from "../plot_figure";
import { titleOf } from "./chips";
import { statusPhrases } from "./describe";
import type { Scene } from "./scene";

export async function saveFigure(root: HTMLElement, scene: Scene): Promise<void> {
  const { state, drawing, words, surroundings } = scene;
  const status = statusPhrases(state, drawing, words).map(({ text }) => text);
  const told = { title: titleOf(drawing!, scene), status: status.join(", "), page: surroundings.page };
  await savePlot(root.querySelector<HTMLElement>(".plot")!, told, `ice ${state.curves?.header.feature}`);
}
