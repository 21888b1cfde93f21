// How shapes and selection keep together when one of them, or what they lie on, changes from outside.
import type { BeeswarmHeader, DependenceHeader, DotsHeader } from "../../lib/swarm_frame";
import type { DotsSettings, DotsState } from "../../lib/swarm_state";

/**
 * A selection that the shapes did not give takes them away, and so does other ground: another output, feature or order
 * of features. The rows stay selected. What the kernel selects it answers by itself, as it does while rows are on their
 * way: then each frame brings some that lie within the shapes, and may bring another order.
 */
export function answer(before: DotsState, after: DotsState): Partial<DotsSettings> | null {
  if (!after.traits.brush.length) return null;
  const onTheWay = isOnTheWay(after);
  if (before.scatter && after.scatter) {
    const [old, now] = [before.scatter.header, after.scatter.header];
    if (old.output !== now.output || !(onTheWay || linesOf(old) === linesOf(now))) return { brush: [] };
  }
  const chosen = after.traits.selection !== before.traits.selection && after.traits.brush === before.traits.brush;
  const alone = after.kernel === "offline" || after.kernel === "gone";
  const own = alone || !(onTheWay || after.scatter?.picture);
  return chosen && own ? { brush: [] } : null;
}

const isOnTheWay = ({ scatter, traits }: DotsState) =>
  scatter?.header.finished === false && traits.status === "running";

/** What stands where: lines of a beeswarm, the feature of a dependence plot. */
function linesOf(header: DotsHeader): string {
  const { bands } = header as Partial<BeeswarmHeader>;
  const { feature } = header as Partial<DependenceHeader>;
  return JSON.stringify([bands?.map(({ name }) => name), feature]);
}
