// What is drawn, made from the state, and made anew only where the state changed.
import { anchorOf, type Bundle, type Curves, drawnOf, placeIn, readAt, readSelection } from "../../lib/ice_curves";
import { shows } from "../../lib/ice_density";
import type { IceState, Subgroup } from "../../lib/ice_state";
import { createMemo } from "../../lib/memo";
import { groundOf } from "./answer";
import { countOf, marksOf } from "./brushing";
import { widened } from "./layout";
import type { Picture } from "./scene";
import { extentOf, meanOf, percentileOf, standardErrorOf } from "./summary";

const OVERHANG = 0.05; // of the grid, by which the histogram may stand out at either side

/** Subgroups are drawn where they are asked for. */
export function createPictures(): (state: IceState, grouped: boolean) => Picture | null {
  const marked = createMemo((selection: unknown, curves: Curves) => marksOf(readSelection(selection), curves.rows));
  const chosenMeans = createMemo(meanOf);
  const bandsOf = createMemo((bundle: Bundle) => [percentileOf(bundle, 0.1), percentileOf(bundle, 0.9)] as const);
  const extents = createMemo((bundle: Bundle) => extentOf(bundle.values));
  const errors = createMemo((curves: Curves, bundle: Bundle) =>
    bundle === curves || curves.header.done >= curves.header.total
      ? largest(curves.header.standard_error)
      : largest(standardErrorOf(bundle, curves.header.total)),
  );
  const meansOf = createMemo((subgroups: Subgroup[], curves: Curves, centered: boolean, anchor: number | null) =>
    subgroups
      .filter(({ mean }) => mean.length === curves.x.length)
      .map(({ mean }) => movedTo(mean, curves, centered, anchor)),
  );
  let held: { subject: string; y: [number, number] } | null = null;

  return (state, grouped) => {
    const { curves, traits } = state;
    if (!curves) return null;
    const { header } = curves;
    const bundle = drawnOf(curves, traits.centered, traits.anchor);
    const marks = marked(traits.selection, curves);
    const density = state.density && shows(state.density, curves, traits) ? state.density : null;
    const selected = density && state.selectedDensity;
    const answered = selected && shows(selected, curves, traits) && selected.header.count === sizeOf(traits.selection);
    const chosenDensity = answered ? selected : null;
    const chosenMean = chosenDensity
      ? chosenDensity.header.mean && Float64Array.from(chosenDensity.header.mean)
      : chosenMeans(bundle, marks);
    const mean = movedTo(header.mean, curves, traits.centered, traits.anchor);
    const subgroups = meansOf(grouped ? traits.subgroups : none, curves, traits.centered, traits.anchor);
    const bands = traits.bands ? bandsOf(bundle) : null;
    const all: [number, number] = density ? [density.header.low, density.header.high] : extents(bundle);
    const average = traits.kind === "average";
    const y = widened(average ? extentOf(mean, chosenMean, ...subgroups, ...(bands ?? [])) : all, 0.04);
    // while curves come, the axis only grows
    const subject = groundOf(state) + average;
    const settled = header.finished || held?.subject !== subject;
    held = { subject, y: settled ? y : [Math.min(held!.y[0], y[0]), Math.max(held!.y[1], y[1])] };
    return {
      curves,
      bundle,
      marks,
      chosen: chosenDensity?.header.count ?? countOf(marks),
      density,
      chosenDensity,
      category: header.feature_kind === "category",
      mean,
      chosenMean,
      subgroups,
      bands: bands && [...bands],
      error: errors(curves, bundle),
      x: axisOf(curves),
      y: held.y,
    };
  };
}

const none: Subgroup[] = [];

/** A mean as it is drawn, centred or not. */
function movedTo(mean: number[], curves: Curves, centered: boolean, anchor: number | null): Float64Array {
  const zero = centered ? readAt(mean, 0, placeIn(curves.x, anchorOf(curves, anchor))) : 0;
  return Float64Array.from(mean, (value) => value - zero);
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

const sizeOf = (selection: unknown) => readSelection(selection).length;

const largest = (values: ArrayLike<number> | null) => (values?.length ? Math.max(...Array.from(values)) : null);
