// What is drawn, made from the state, and made anew only where the state changed.
import { anchorOf, type Bundle, type Curves, placeIn, readAt, readSelection } from "../../lib/ice_curves";
import { bundleOf, hasCurves, lookOf, slopes } from "../../lib/ice_kinds";
import type { IceState } from "../../lib/ice_state";
import { createMemo } from "../../lib/memo";
import { groundOf } from "./answer";
import { countOf, marksOf } from "./brushing";
import { widened } from "./layout";
import type { Picture } from "./scene";
import { extentOf, meanOf, percentileOf, standardErrorOf } from "./summary";

const none: number[] = [];
const OVERHANG = 0.05; // of the grid, by which the histogram may stand out at either side

export function createPictures(): (state: IceState) => Picture | null {
  const marked = createMemo((selection: unknown, curves: Curves) => marksOf(readSelection(selection), curves.rows));
  const chosenMeans = createMemo(meanOf);
  const bandsOf = createMemo((bundle: Bundle) => [percentileOf(bundle, 0.1), percentileOf(bundle, 0.9)] as const);
  const extents = createMemo((bundle: Bundle) => extentOf(bundle.values));
  const highlights = createMemo((highlight: unknown, curves: Curves) =>
    Array.from(readSelection(highlight), (row) => curves.rows.indexOf(row)).filter((curve) => curve >= 0),
  );
  const means = createMemo(({ x, header: { mean } }: Curves, isSlope: boolean, anchor: number | null) => {
    if (isSlope) return slopes(x, mean);
    const zero = anchor === null ? 0 : readAt(mean, 0, placeIn(x, anchor));
    return Float64Array.from(mean, (value) => value - zero);
  });
  const errors = createMemo((curves: Curves, bundle: Bundle) =>
    bundle === curves || curves.header.content === "effects"
      ? largest(curves.header.standard_error)
      : largest(standardErrorOf(bundle, curves.header.total)),
  );
  let held: { subject: string; y: [number, number] } | null = null;

  return (state) => {
    const { curves, traits } = state;
    if (!curves) return null;
    const { header } = curves;
    const look = lookOf(curves, traits);
    const bundle = bundleOf(curves, traits);
    const marks = marked(traits.selection, curves);
    const chosenMean = chosenMeans(bundle, marks);
    const mean = means(curves, look.kind === "derivative", look.centered ? anchorOf(curves, look.anchor) : null);
    const bands = traits.bands && bundle.count ? bandsOf(bundle) : null;
    const average = !hasCurves(look.kind);
    const y = widened(average ? extentOf(mean, chosenMean, ...(bands ?? [])) : extents(bundle), 0.04);
    // while curves come, the axis only grows
    const subject = groundOf(state) + average;
    const settled = header.finished || held?.subject !== subject;
    held = { subject, y: settled ? y : [Math.min(held!.y[0], y[0]), Math.max(held!.y[1], y[1])] };
    return {
      curves,
      look,
      bundle,
      marks,
      chosen: countOf(marks),
      highlighted: average ? none : highlights(traits.highlight, curves),
      category: header.feature_kind === "category",
      mean,
      chosenMean,
      bands: bands && [...bands],
      error: errors(curves, bundle),
      x: axisOf(curves),
      y: held.y,
    };
  };
}

function axisOf({ header, x }: Curves): [number, number] {
  const [first, last] = [x[0]!, x[x.length - 1]!];
  if (header.feature_kind === "category") return [-0.5, x.length - 0.5];
  const edges = header.histogram.edges ?? [];
  const room = (last - first) * OVERHANG;
  const low = Math.max(first - room, Math.min(first, edges[0] ?? first));
  const high = Math.min(last + room, Math.max(last, edges.at(-1) ?? last));
  return low < high ? [low, high] : widened([low, high], 0);
}

const largest = (values: ArrayLike<number> | null) => (values?.length ? Math.max(...Array.from(values)) : null);
