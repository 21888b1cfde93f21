// Ranks and counts of a map, over its stored integers: exact, and without sorting.

const LEVELS = 32769; // magnitudes of int16

/** Count the magnitudes of the stored values: `counts[m]` values have magnitude m. */
export function countMagnitudes(stored: Int16Array): Uint32Array {
  const counts = new Uint32Array(LEVELS);
  for (const value of stored) counts[value < 0 ? -value : value]!++;
  return counts;
}

/** The smallest magnitude that at least `percentile` percent of the values do not exceed. */
export function percentileOf(counts: Uint32Array, total: number, percentile: number): number {
  const wanted = Math.ceil((percentile / 100) * total);
  let seen = 0;
  for (let magnitude = 0; magnitude < counts.length; magnitude++) {
    seen += counts[magnitude]!;
    if (seen >= wanted) return magnitude;
  }
  return counts.length - 1;
}

/** The percentage of values whose magnitude does not exceed the given one. */
export function rankOf(counts: Uint32Array, total: number, magnitude: number): number {
  let seen = 0;
  for (let level = 0; level <= magnitude && level < counts.length; level++) seen += counts[level]!;
  return (100 * seen) / total;
}

/** Counts of `values` in equal bins from `low` to `high`; what lies outside goes into the end bins. */
export function histogram(stored: Int16Array, scale: number, low: number, high: number, bins: number): Uint32Array {
  const counts = new Uint32Array(bins);
  const factor = bins / (high - low);
  for (const value of stored) {
    const bin = Math.floor((value * scale - low) * factor);
    counts[bin < 0 ? 0 : bin >= bins ? bins - 1 : bin]!++;
  }
  return counts;
}
