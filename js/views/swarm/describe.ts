// A plot of dots in words: its text alternative, its status line, and what is said when something happens.
import { integer } from "../../lib/format";
import { shapPhrases } from "../../lib/shap_words";
import type { DotsState } from "../../lib/swarm_state";
import type { Key, Words } from "../../lib/words";
import { awaited } from "../run_words";
import type { Phrase } from "../sentence";
import type { Kind, Scene } from "./scene";

export function describe(scene: Scene, kind: Kind): string {
  const { drawing, words } = scene;
  if (!drawing) return "";
  const chosen = drawing.chosen ? [words("swarm.selected", { count: integer(drawing.chosen) })] : [];
  return [`${kind.title(scene)}.`, isZero(scene) ? words("contribution.none") : kind.describe(scene), ...chosen].join(
    " ",
  );
}

/** Whether no feature adds anything to any row. */
export const isZero = ({ drawing }: Pick<Scene, "drawing">) => drawing?.scatter.header.zero ?? false;

export function statusPhrases({ scatter, traits }: DotsState, words: Words): Phrase[] {
  if (!scatter) return [{ text: awaited(traits, "state.waiting.rows", words) }];
  const { header } = scatter;
  return [
    ...shapPhrases(header, traits.status, words),
    ...(header.some ? [{ text: words("swarm.status.some", { count: integer(header.drawn) }) }] : []),
    ...coloured(scatter.header as unknown as { color_by?: string | null; by_interactions?: boolean }, traits, words),
  ];
}

/** Which feature gives the colour, and why. */
function coloured(
  { color_by, by_interactions }: { color_by?: string | null; by_interactions?: boolean },
  { color_by: asked }: DotsState["traits"],
  words: Words,
): Phrase[] {
  if (!color_by || asked !== "auto") return [];
  const key: Key = by_interactions ? "dependence.status.interactions" : "dependence.status.auto";
  return [{ text: words(key, { name: color_by }) }];
}

/** How many rows are selected. */
export function announceOwn(before: DotsState, { state, words, drawing }: Scene): string | null {
  const { traits, chosen } = state;
  if (!drawing || (before.traits.selection === traits.selection && before.chosen === chosen)) return null;
  const total = integer(drawing.scatter.header.drawn);
  return words("ice.selected.told", { count: integer(drawing.chosen), total });
}
