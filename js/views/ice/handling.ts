// The value under a hand on the plot.
import { tidy } from "../../lib/handling";
import type { Geometry } from "./layout";

/** The value at a place of the plot, no further than its edges. */
export function valueOfHand([across, down]: [number, number], { x, y, left, right, top, bottom }: Geometry) {
  return {
    x: tidy(x.value(Math.min(right, Math.max(left, across))), x.high - x.low),
    y: tidy(y.value(Math.min(bottom, Math.max(top, down))), y.high - y.low),
  };
}
