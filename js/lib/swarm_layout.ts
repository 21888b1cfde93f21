// How the dots of a swarm are stacked. Twin: xai_widgets/render/swarm_layout.py.

const TALL = 3; // times the stack that a quarter of the dots are not above

/**
 * How far each dot lies from the middle line, in dots, when those of one column stand on each other, in their order
 * here. Where the stacks have no room, all shrink by one factor, so that their heights still show the density. A stack
 * that is far taller than those of most dots, as one of many zeros, does not count in this: it alone shrinks further.
 */
export function stacked(columns: ArrayLike<number>, room: number): Float64Array {
  const sizes = new Map<number, number>();
  const ranks = Int32Array.from(columns, (column) => {
    const rank = sizes.get(column) ?? 0;
    sizes.set(column, rank + 1);
    return rank;
  });
  const ofDots = Int32Array.from(columns, (column) => sizes.get(column)!);
  const sorted = ofDots.slice().sort();
  const tall = Math.min(sorted.at(-1) ?? 1, TALL * (sorted[Math.floor(sorted.length / 4)] ?? 1));
  return Float64Array.from(ranks, (rank, dot) => {
    const size = ofDots[dot]!;
    const step = (room - 1) / Math.max(1, Math.max(tall, size) - 1);
    return (rank - (size - 1) / 2) * Math.max(0, Math.min(1, step));
  });
}
