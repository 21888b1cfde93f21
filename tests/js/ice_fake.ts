// Frames of ICE curves as the kernel makes them.
import type { CurvesHeader } from "../../js/lib/ice_curves";
import type { IceTraits } from "../../js/lib/ice_state";
import type { FrameRecord } from "./fake";

export const GRID = [0, 1, 2, 3, 4];

/** Curve k of ten rises from k to 2 k, in equal steps; its row is 100 + k, whose own value is 0.4 k. */
export const ROWS = 10;
export const rise = (k: number, x: number) => k + (k * x) / 4;

export function curvesFrame(changes: Partial<CurvesHeader> = {}, count = ROWS, grid = GRID): FrameRecord {
  const points = grid.length;
  const low = 0;
  const scale = 20 / 65535;
  const order = Array.from({ length: count }, (_, index) => (index * 7) % ROWS); // not in the order of X
  const stored = Uint16Array.from({ length: count * points }, (_, index) => {
    const x = (4 * (index % points)) / Math.max(1, points - 1);
    return Math.round(rise(order[Math.floor(index / points)]!, x) / scale);
  });
  const mean = grid.map((_, point) => {
    const x = (4 * point) / Math.max(1, points - 1);
    return order.reduce((sum, k) => sum + rise(k, x), 0) / count;
  });
  const header: CurvesHeader = {
    job: 1,
    sequence: 1,
    finished: true,
    done: count,
    total: ROWS,
    first: 0,
    feature: "temp",
    feature_kind: "numeric",
    grid,
    low,
    label: "predicted y",
    target_name: null,
    mean,
    standard_error: mean.map(() => 0.5),
    few: grid.map((_, point) => point === points - 1),
    histogram: { edges: [0, 1, 2, 3, 4], counts: [3, 2, 3, 2] },
    method: "exact tree walk",
    content: "curves",
    colors: null,
    ...changes,
  };
  const category = header.feature_kind === "category";
  const own = Float32Array.from(order, (k) => (k === 9 ? Number.NaN : category ? k % points : 0.4 * k));
  return {
    header: { version: 1, ...header },
    arrays: [
      { name: "curves", dtype: "uint16", shape: [count, points], scale },
      { name: "rows", dtype: "uint32", shape: [count], scale: null },
      { name: "own", dtype: "float32", shape: [count], scale: null },
    ],
    buffers: [stored, Uint32Array.from(order, (k) => 100 + k), own].map((array) => new DataView(array.buffer)),
  };
}

/** Ten of a thousand curves, and what the kernel draws of all of them: a bar at the left, one at the right. */
export function sampleFrame(changes: Partial<CurvesHeader> = {}): FrameRecord {
  return curvesFrame({ done: 1000, total: 1000, ...changes });
}

export function densityFrame(count: number, changes: Record<string, unknown> = {}): FrameRecord {
  const [height, width] = [20, 40];
  const shades = Uint8Array.from({ length: height * width }, (_, pixel) => (pixel % width < width / 2 ? 255 : 20));
  return {
    header: {
      version: 1,
      job: 1,
      slopes: false,
      centered: false,
      anchor: null,
      low: 0,
      high: 30,
      count,
      selected: count,
      mean: GRID,
      filters: {},
      ...changes,
    },
    arrays: [{ name: "shades", dtype: "uint8", shape: [height, width], scale: null }],
    buffers: [new DataView(shades.buffer)],
  };
}

/** The curves from one place on, as a preview brings them. */
export function laterCurves(first: number, count: number, changes: Partial<CurvesHeader> = {}): FrameRecord {
  const frame = curvesFrame({ finished: false, first, done: first + count, ...changes }, first + count);
  const points = frame.arrays[0]!.shape[1]!;
  frame.arrays = frame.arrays.map((array) => ({ ...array, shape: [count, ...array.shape.slice(1)] }));
  const skipped = [2 * points * first, 4 * first, 4 * first];
  frame.buffers = frame.buffers.map(({ buffer }, index) => new DataView(buffer, skipped[index]!));
  return frame;
}

export function categoryFrame(grid: string[] = ["winter", "spring", "summer"]): FrameRecord {
  const frame = curvesFrame(
    {
      feature: "season",
      feature_kind: "category",
      few: grid.map(() => false),
      histogram: { counts: grid.map(() => 3) },
    },
    ROWS,
    grid.map((_, index) => index),
  );
  frame.header.grid = grid;
  return frame;
}

/** Effects from -2 to 2 of the rows of curvesFrame. */
export function effectsFrame(changes: Partial<CurvesHeader> = {}): FrameRecord {
  const mean = [-2, -1, 0, 1, 2];
  const frame = curvesFrame({ content: "effects", mean, method: "accumulated local effects", ...changes });
  frame.arrays.shift();
  frame.buffers.shift();
  return frame;
}

/** Averages alone that were computed before; of rows that are not known without a total. */
export function averageFrame(changes: Partial<CurvesHeader> = {}): FrameRecord {
  const frame = effectsFrame({ content: "average", method: "given", ...changes });
  if (changes.total === 0) {
    frame.arrays = frame.arrays.map((array) => ({ ...array, shape: [0] }));
    frame.buffers = frame.buffers.map(() => new DataView(new ArrayBuffer(0)));
  }
  return frame;
}

/** The same frame with a colour for each curve: row 100 + k has the code codes[k]. */
export function coloured(frame: FrameRecord, colors: CurvesHeader["colors"], codes: number[]): FrameRecord {
  const rows = new Uint32Array(frame.buffers[frame.arrays.findIndex(({ name }) => name === "rows")]!.buffer);
  const bytes = Uint8Array.from(rows, (row) => codes[row - 100]!);
  return {
    header: { ...frame.header, colors },
    arrays: [...frame.arrays, { name: "colors", dtype: "uint8", shape: [bytes.length], scale: null }],
    buffers: [...frame.buffers, new DataView(bytes.buffer)],
  };
}

export function selectionOf(...rows: number[]): DataView {
  return new DataView(Uint32Array.from(rows).buffer);
}

export function iceTraits(changes: Partial<IceTraits> = {}): IceTraits {
  return {
    feature: "temp",
    grid_resolution: 5,
    target: null,
    seed: 0,
    color_by: null,
    kind: "both",
    centered: false,
    anchor: null,
    bands: false,
    highlight: selectionOf(),
    brush: [],
    filters: {},
    selection: selectionOf(),
    hover: null,
    index: null,
    what_if: {},
    pair: null,
    language: "en",
    status: "done",
    job: 1,
    features: [
      { name: "temp", moves: 4.5 },
      { name: "season", moves: 1234.5 },
      { name: "hum", moves: null },
    ],
    n_rows: 200,
    class_names: [],
    code: 'xw.ICEPlot(model, X, "temp")',
    rule: null,
    subgroups: [],
    interactions: [],
    pair_surface: null,
    error: null,
    notice: "",
    ...changes,
  };
}

/** Of row 100 + k: "hum" is 0.1 k in all 200 rows from 100, or missing in the rows `lacking` it; "season" goes round, but is missing in row 109. */
export function columnsFrame(lacking: number[] = []): FrameRecord {
  const hum = Float64Array.from({ length: 200 }, (_, row) => (row < 100 ? -1 : (row - 100) / 10));
  for (const row of lacking) hum[row] = Number.NaN;
  const season = Int32Array.from({ length: 200 }, (_, row) => (row === 109 ? -1 : (row + 2) % 3));
  return {
    header: { columns: { hum: { categories: null }, season: { categories: ["winter", "spring", "summer"] } } },
    arrays: [
      { name: "hum", dtype: "float64", shape: [200], scale: null },
      { name: "season", dtype: "int32", shape: [200], scale: null },
    ],
    buffers: [hum, season].map((array) => new DataView(array.buffer)),
  };
}
