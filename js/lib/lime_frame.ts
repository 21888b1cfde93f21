// The local weights of a row, decoded and checked.
import type { Frame } from "./wire";

export interface LocalWeight {
  /** Position of the column. */
  feature: number;
  name: string;
  /** The row's value between the edges of its range; nothing where only the name is known. */
  condition: string;
  weight: number;
  /** Half the width of what other seeds would give; null where there is one seed alone. */
  interval: number | null;
}

export interface LimeHeader {
  job: number;
  sequence: number;
  finished: boolean;
  done: number;
  total: number;
  /** By falling size. */
  weights: LocalWeight[];
  /** How many there are. */
  columns: number;
  /** R2. */
  score: number | null;
  /** Whether the kernel is so narrow that hardly any sample counts: there is no score then, and no weight. */
  starved: boolean;
  /** As many samples of equal weight would say as much; null where a finished explanation was given. */
  effective_samples: number | null;
  local_prediction: number | null;
  prediction: number | null;
  probability: boolean;
  /** The position of the row; null where it was given by its values. */
  index: number | null;
  label: string;
  /** Position of the class; null where there is one output alone. */
  target: number | null;
  /** Position and name. */
  classes: [number, string][];
  /** Whether these are classes, and not outputs of a function. */
  of_classes: boolean;
  /** Null where a finished explanation was given. */
  parameters: { num_features: number; num_samples: number; kernel_width: number; sampler: string; seed: number } | null;
  usual_width: number | null;
  standardised: boolean;
}

export interface LocalWeights {
  header: LimeHeader;
  weights: LocalWeight[];
  /** From the lowest to the highest end of bars and intervals, zero included. */
  range: [number, number];
}

export function toLocalWeights({ header: read }: Frame): LocalWeights {
  const header = read as unknown as LimeHeader;
  for (const name of ["job", "sequence", "done", "total", "columns"] as const) {
    if (!Number.isFinite(header[name])) throw new Error(`A frame's header lacks "${name}".`);
  }
  for (const name of ["weights", "classes"] as const) {
    if (!Array.isArray(header[name])) throw new Error(`A frame's header lacks "${name}".`);
  }
  for (const { weight, interval } of header.weights) {
    if (!Number.isFinite(weight) || !(interval === null || interval >= 0)) {
      throw new Error("A weight of a frame is no number.");
    }
  }
  return { header, weights: header.weights, range: rangeOf(header.weights) };
}

function rangeOf(weights: LocalWeight[]): [number, number] {
  const lows = weights.map(({ weight, interval }) => weight - (interval ?? 0));
  const highs = weights.map(({ weight, interval }) => weight + (interval ?? 0));
  return [Math.min(0, ...lows), Math.max(0, ...highs)];
}

/** Whether another seed could turn a weight around. */
export const isUnsure = ({ weight, interval }: LocalWeight) =>
  interval !== null && weight !== 0 && interval >= Math.abs(weight);

/** Whether there is no weight but zero. */
export const isFlat = ({ weights }: LocalWeights) => weights.every(({ weight }) => weight === 0);
