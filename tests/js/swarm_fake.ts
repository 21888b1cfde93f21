// Frames of dots as the kernel makes them.
import type { BeeswarmHeader, DependenceHeader } from "../../js/lib/swarm_frame";
import { NOBODY } from "../../js/lib/swarm_frame";
import type { DotsTraits } from "../../js/lib/swarm_state";
import type { FrameRecord } from "./fake";

type Arrays = Record<string, { data: ArrayBufferView; shape: number[] }>;

const dtypes = new Map<unknown, string>([
  [Uint8Array, "uint8"],
  [Uint32Array, "uint32"],
  [Float32Array, "float32"],
  [Float64Array, "float64"],
]);

export function frameOf(header: object, arrays: Arrays): FrameRecord {
  return {
    header: { version: 1, ...header },
    arrays: Object.entries(arrays).map(([name, { data, shape }]) => ({
      name,
      dtype: dtypes.get(data.constructor)!,
      shape,
      scale: null,
    })),
    buffers: Object.values(arrays).map(({ data }) => new DataView(data.buffer)),
  };
}

const common = {
  job: 1,
  sequence: 1,
  finished: true,
  done: 8,
  total: 8,
  unit: "row",
  features: ["age", "sex"],
  output: 0,
  outputs: [""],
  of_classes: false,
  units: "log_odds" as const,
  background: null,
  method: "TreeSHAP",
  gap: null,
  n_rows: 8,
  many: false,
  some: false,
  drawn: 8,
  serial: 1,
  zero: false,
};

/** Rows 0 to 7: age adds -4 to 3, a tenth of it for females is added by sex. */
export function beeswarmFrame(changes: Partial<BeeswarmHeader> = {}, names = ["age", "sex"]): FrameRecord {
  const rows = Uint32Array.from({ length: 8 }, (_, row) => row);
  const values = Float32Array.from([-4, -3, -2, -1, 0, 1, 2, 3, -0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
  const codes = Uint8Array.from([0, 36, 72, 109, 145, 181, 218, 254, ...Array(8).fill(255)]);
  const data = Float64Array.from([20, 25, 30, 35, 40, 45, 50, 55, 0, 1, 0, 1, 0, 1, 0, Number.NaN]);
  const header = {
    ...common,
    names: [null, ["female", "male"]],
    names_beside: null,
    ends: [-5, 4, -0.5, 1.5],
    bands: names.map((name, line) => ({ name, importance: line ? 0.2 : 2, joined: 0 })),
    grey: true,
    ...changes,
  };
  return frameOf(header, {
    rows: { data: rows, shape: [8] },
    values: { data: values, shape: [2, 8] },
    codes: { data: codes, shape: [2, 8] },
    data: { data, shape: [2, 8] },
  });
}

/** Two lines of 10 by 4 cells: rows 100 to 109 in the upper one, 200 to 209 in the lower one. */
export function pictureFrame(changes: Partial<BeeswarmHeader> = {}): FrameRecord {
  const owners = new Uint32Array(80).fill(NOBODY);
  const codes = new Uint8Array(80);
  const shades = new Uint8Array(80);
  for (let column = 0; column < 10; column++) {
    for (const [line, first] of [
      [1, 100],
      [5, 200],
    ] as const) {
      owners[line * 10 + column] = first + column;
      codes[line * 10 + column] = 25 * column;
      shades[line * 10 + column] = 255;
    }
  }
  const header = {
    ...common,
    many: true,
    drawn: 50_000,
    done: 50_000,
    total: 50_000,
    n_rows: 50_000,
    ends: [-5, 5, -0.5, 1.5],
    bands: ["age", "sex"].map((name, line) => ({ name, importance: line ? 0.2 : 2, joined: 0 })),
    grey: true,
    ...changes,
  };
  return frameOf(header, {
    codes: { data: codes, shape: [8, 10] },
    owners: { data: owners, shape: [8, 10] },
    shades: { data: shades, shape: [8, 10] },
  });
}

export function chosenFrame(count: number, serial = 1): FrameRecord {
  const shares = new Uint8Array(80);
  shares.fill(255, 10, 15);
  return frameOf({ serial, count, bars: null }, count ? { shares: { data: shares, shape: [8, 10] } } : {});
}

/** Rows 0 to 7 of ages 20 to 55; the last one's is missing. */
export function dependenceFrame(changes: Partial<DependenceHeader> = {}): FrameRecord {
  const rows = Uint32Array.from({ length: 8 }, (_, row) => row);
  const own = [20, 25, 30, 35, 40, 45, 50];
  const header = {
    ...common,
    names: [null],
    names_beside: ["female", "male"],
    ends: [18, 62, 4, -5],
    feature: "age",
    ranked: [
      { name: "age", importance: 2 },
      { name: "sex", importance: 0.2 },
    ],
    color_by: "sex",
    colors: { by: "sex", of_target: false, numeric: false, names: ["female", "male"], others: 0, missing: false },
    interacting: [{ name: "sex", strength: 1 }],
    by_interactions: false,
    axis: { names: null, missing: 57, lacking: 1, counts: [2, 2, 3], edges: [20, 30, 40, 50] },
    ...changes,
  };
  return frameOf(header, {
    rows: { data: rows, shape: [8] },
    x: { data: Float64Array.from([...own, 57]), shape: [1, 8] },
    values: { data: Float32Array.from([-4, -3, -2, -1, 0, 1, 2, 3]), shape: [1, 8] },
    codes: { data: Uint8Array.from([0, 1, 0, 1, 0, 1, 0, 1]), shape: [1, 8] },
    data: { data: Float64Array.from([...own, Number.NaN]), shape: [1, 8] },
    beside: { data: Float64Array.from([0, 1, 0, 1, 0, 1, 0, 1]), shape: [8] },
  });
}

export function dotsTraits(changes: Partial<DotsTraits> = {}): DotsTraits {
  return {
    output: null,
    max_display: 10,
    selection: new DataView(new ArrayBuffer(0)),
    hover: null,
    index: null,
    seed: 0,
    language: "en",
    brush: [],
    feature: null,
    color_by: "auto",
    hovered: null,
    status: "done",
    job: 1,
    feature_names: ["age", "sex"],
    output_names: [""],
    n_rows: 8,
    error: null,
    code: "xw.BeeswarmPlot(model, X)",
    notice: "",
    ...changes,
  };
}
