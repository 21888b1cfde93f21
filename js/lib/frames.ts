// Which frame is shown: nothing older than what has been seen. And how its sampling error fell.
import type { AttributionMap } from "./attribution";
import type { CurvePoint } from "./state";

export interface FrameLog {
  readonly map: AttributionMap | null;
  readonly curve: readonly CurvePoint[];
  /** Take a frame; false when it is stale. */
  accept(map: AttributionMap): boolean;
}

export function createFrameLog(): FrameLog {
  let shown: AttributionMap | null = null;
  let curve: CurvePoint[] = [];
  return {
    get map() {
      return shown;
    },
    get curve() {
      return curve;
    },
    accept(map) {
      const { header } = map;
      if (shown && header.job < shown.header.job) return false;
      if (header.job === shown?.header.job && header.sequence <= shown.header.sequence) return false;
      if (!shown || !continues(shown, map)) curve = [];
      const last = curve.at(-1)?.done ?? 0;
      if (header.relative_error !== null && header.done > last) {
        curve = [...curve, { done: header.done, error: header.relative_error }];
      }
      shown = map;
      return true;
    },
  };
}

/** Whether the later frame adds samples to the earlier one, in the same job or by resuming it. */
function continues({ header: before }: AttributionMap, { header: after }: AttributionMap): boolean {
  return (
    after.done >= before.done && (after.job === before.job || subject.every((name) => after[name] === before[name]))
  );
}

const subject = ["method", "multiply_by_inputs", "channel_reduction", "index", "target", "sigma", "seed"] as const;
