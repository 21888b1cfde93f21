// How shapes and selection keep together when one of them, or what they lie on, changes from outside.
import { type BeeswarmHeader, type DependenceHeader, type DotsHeader, holdsAll } from "../../lib/swarm_frame";
import type { DotsSettings, DotsState } from "../../lib/swarm_state";

/**
 * A selection that the shapes did not give takes them away, and so does other ground: another output, feature or order
 * of features. The rows stay selected. What the kernel selects it answers by itself.
 */
export function answer(before: DotsState, after: DotsState): Partial<DotsSettings> | null {
  if (!after.traits.brush.length) return null;
  if (before.scatter && after.scatter && groundOf(before.scatter.header) !== groundOf(after.scatter.header)) {
    return { brush: [] };
  }
  const chosen = after.traits.selection !== before.traits.selection && after.traits.brush === before.traits.brush;
  const own = !after.scatter || holdsAll(after.scatter) || after.kernel === "offline" || after.kernel === "gone";
  return chosen && own ? { brush: [] } : null;
}

/** What the units of a shape belong to. */
function groundOf(header: DotsHeader): string {
  const { bands } = header as Partial<BeeswarmHeader>;
  const { feature } = header as Partial<DependenceHeader>;
  return JSON.stringify([header.output, bands?.map(({ name }) => name), feature]);
}
