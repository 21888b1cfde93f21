// How many samples a slider offers: 1, 2, 5 times a power of ten; what lies between has its place there.
export const amounts = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000] as const;

/** The place of a number of samples, between those that are offered in proportion of logarithms. */
export function placeOfSamples(count: number): number {
  const last = amounts.length - 1;
  if (count <= amounts[0]) return Math.log(count / amounts[0]);
  const above = amounts.findIndex((amount) => amount >= count);
  if (above < 0) return last + Math.log(count / amounts[last]!);
  const [low, high] = [amounts[above - 1]!, amounts[above]!];
  return above - 1 + Math.log(count / low) / Math.log(high / low);
}

/** The number of samples at a place. */
export function samplesAt(place: number): number {
  const last = amounts.length - 1;
  if (place <= 0) return Math.round(amounts[0] * Math.exp(place));
  if (place >= last) return Math.round(amounts[last]! * Math.exp(place - last));
  const below = Math.floor(place);
  const [low, high] = [amounts[below]!, amounts[below + 1]!];
  return Math.round(low * (high / low) ** (place - below));
}
