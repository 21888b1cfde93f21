// Labels that never touch: as near to where they belong as their widths allow. What they belong to has a leader.

export interface Wanted {
  /** Where its middle belongs. */
  at: number;
  width: number;
}

/** The middles of labels in a row, in the order given, within bounds: pool adjacent violators. */
export function spreadApart(labels: readonly Wanted[], low: number, high: number, gap: number): number[] {
  const order = labels.map((_, index) => index).sort((one, other) => labels[one]!.at - labels[other]!.at);
  const starts: number[] = []; // where each would begin if all stood together at 0
  let length = 0;
  for (const index of order) {
    starts.push(length);
    length += labels[index]!.width + gap;
  }
  const pools: { sum: number; count: number }[] = [];
  order.forEach((index, rank) => {
    const { at, width } = labels[index]!;
    let pool = { sum: at - width / 2 - starts[rank]!, count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.count >= pool.sum / pool.count; last = pools.at(-1)) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
    }
    pools.push(pool);
  });
  const most = high - (length - gap);
  const shifts = pools.flatMap(({ sum, count }) =>
    Array<number>(count).fill(Math.max(low, Math.min(most, sum / count))),
  );
  const placed = new Array<number>(labels.length);
  order.forEach((index, rank) => {
    placed[index] = shifts[rank]! + starts[rank]! + labels[index]!.width / 2;
  });
  return placed;
}

/** How many of the labels, the most important first, have room beside each other. */
export function fitting(widths: readonly number[], room: number, gap: number): number {
  let used = -gap;
  for (let count = 0; count < widths.length; count++) {
    used += widths[count]! + gap;
    if (used > room) return count;
  }
  return widths.length;
}
