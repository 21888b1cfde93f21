// From values to places on a drawing, and back.
export interface Scale {
  low: number;
  high: number;
  place(value: number): number;
  value(place: number): number;
}

export function scaleOf(low: number, high: number, from: number, to: number): Scale {
  const factor = (to - from) / (high - low);
  return {
    low,
    high,
    place: (value) => from + (value - low) * factor,
    value: (place) => low + (place - from) / factor,
  };
}

const LEAST_SPAN = 2 ** -1022; // a smaller one has no inverse

/** Wide enough to see, where all values are one. */
export function widened([low, high]: [number, number], margin: number): [number, number] {
  const span = [high - low, Math.abs(low), 1].find((each) => each > LEAST_SPAN)!;
  const room = high - low > LEAST_SPAN ? span * margin : span / 2;
  return [low - room, high + room];
}
