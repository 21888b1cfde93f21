// What is drawn, made from the state, and made anew only where the state changed.
import type { Columns, Filters } from "../../lib/ice_columns";
import { anchorOf, type Bundle, type Curves, isSample, placeIn, readAt, readSelection } from "../../lib/ice_curves";
import { shows } from "../../lib/ice_density";
import { bundleOf, hasCurves, type Look, lookOf, slopes } from "../../lib/ice_kinds";
import type { IceState, Subgroup } from "../../lib/ice_state";
import { createMemo } from "../../lib/memo";
import { widened } from "../../lib/scale";
import { groundOf } from "./answer";
import { both, countOf, marksOf } from "./brushing";
import { fewOf, passingRows, pick, shownOf } from "./filtering";
import type { Picture } from "./scene";
import { extentOf, meanOf, percentileOf, standardErrorOf } from "./summary";

const none: number[] = [];
const ungrouped: Subgroup[] = [];
const OVERHANG = 0.05; // of the grid, by which the histogram may stand out at either side

/** Subgroups are drawn where they are asked for. */
export function createPictures(): (state: IceState, grouped: boolean) => Picture | null {
  const passes = createMemo((columns: Columns, filters: Filters, n_rows: number) =>
    passingRows({ columns, traits: { filters, n_rows } }),
  );
  const filtered = createMemo(shownOf);
  const marked = createMemo((selection: unknown, curves: Curves, shown: Uint8Array) =>
    both(marksOf(readSelection(selection), curves.rows), shown),
  );
  const parts = createMemo(pick);
  const means = createMemo(meanOf);
  const chosenMeans = createMemo(meanOf);
  const fews = createMemo(fewOf);
  const bandsOf = createMemo((bundle: Bundle) => [percentileOf(bundle, 0.1), percentileOf(bundle, 0.9)] as const);
  const extents = createMemo((bundle: Bundle) => extentOf(bundle.values));
  const highlights = createMemo((highlight: unknown, curves: Curves) =>
    Array.from(readSelection(highlight), (row) => curves.rows.indexOf(row)).filter((curve) => curve >= 0),
  );
  const errors = createMemo((curves: Curves, part: Bundle, total: number) => {
    const known = part === curves || curves.header.content !== "curves";
    return largest(known ? curves.header.standard_error : standardErrorOf(part, total));
  });
  const meansOf = createMemo((subgroups: Subgroup[], curves: Curves, ...look: [Look["kind"], boolean, number | null]) =>
    subgroups
      .filter(({ mean }) => mean.length === curves.x.length)
      .map(({ mean }) => meanAsDrawn(mean, curves, ...look)),
  );
  let held: { subject: string; y: [number, number] } | null = null;

  return (state, grouped) => {
    const { curves, traits } = state;
    if (!curves) return null;
    const { header } = curves;
    const look = lookOf(curves, traits);
    const bundle = bundleOf(curves, traits);
    const passing = passes(state.columns, traits.filters, traits.n_rows);
    const shown = filtered(curves, passing);
    const showing = passing ? countOf(shown) : curves.count;
    const narrowed = passing !== null && header.content === "curves"; // without curves the line is of all rows
    const part = narrowed ? parts(bundle, shown, showing) : bundle;
    const marks = marked(traits.selection, curves, shown);
    const density = state.density && shows(state.density, curves, look, traits.filters) ? state.density : null;
    const selected = density && state.selectedDensity;
    const answered =
      selected &&
      shows(selected, curves, look, traits.filters) &&
      selected.header.selected === sizeOf(traits.selection);
    const chosenDensity = answered ? selected : null;
    const chosenMean = chosenDensity ? chosenDensity.mean : chosenMeans(bundle, marks);
    const counted = () => (density ? density.mean : means(bundle, shown));
    const mean = narrowed ? counted() : meanAsDrawn(header.mean, curves, look.kind, look.centered, look.anchor);
    const grouping = grouped && header.content === "curves" ? traits.subgroups : ungrouped;
    const subgroups = meansOf(grouping, curves, look.kind, look.centered, look.anchor);
    const bands = traits.bands && part.count ? bandsOf(part) : null;
    const total = passing ? countOf(passing) : header.total;
    const all: [number, number] = density ? [density.header.low, density.header.high] : extents(bundle);
    const average = !hasCurves(look.kind);
    const y = widened(average ? extentOf(mean, chosenMean, ...subgroups, ...(bands ?? [])) : all, 0.04);
    // while curves come, the axis only grows
    const subject = groundOf(state) + average;
    const settled = header.finished || held?.subject !== subject;
    held = { subject, y: settled ? y : [Math.min(held!.y[0], y[0]), Math.max(held!.y[1], y[1])] };
    return {
      curves,
      look,
      bundle,
      shown,
      showing,
      passing: total,
      marks,
      chosen: chosenDensity?.header.count ?? countOf(marks),
      density,
      chosenDensity,
      highlighted: average ? none : highlights(traits.highlight, curves),
      category: header.feature_kind === "category",
      mean,
      chosenMean,
      few: passing ? fews(curves, shown, isSample(curves) && showing ? total / showing : 1) : header.few,
      subgroups,
      bands: bands && [...bands],
      error: density ? null : errors(curves, part, total),
      x: axisOf(curves),
      y: held.y,
    };
  };
}

function meanAsDrawn(
  mean: number[],
  curves: Curves,
  kind: Look["kind"],
  centered: boolean,
  anchor: number | null,
): Float64Array {
  if (kind === "derivative") return slopes(curves.x, mean);
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
