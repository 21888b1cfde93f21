// Which of the rows are in sight, by where they stand.

export type Window = [number, number];

const LEAST = 8; // rows

/** Nearer or farther, with the row at `around` where it is. */
export function zoomed([from, to]: Window, count: number, factor: number, around: number): Window | null {
  const span = Math.min(count, Math.max(Math.min(LEAST, count), (to - from) / factor));
  if (span >= count) return null;
  const share = (around - from) / (to - from);
  return moved([around - share * span, around + (1 - share) * span], count, 0);
}

/** So many rows further on, no further than the ends. */
export function moved([from, to]: Window, count: number, rows: number): Window {
  const span = to - from;
  const start = Math.max(0, Math.min(count - span, from + rows));
  return [start, start + span];
}
