// Frames of surfaces as the kernel makes them.
import type { SurfaceHeader } from "../../js/lib/surface_frame";
import type { SurfaceTraits } from "../../js/lib/surface_state";
import type { FrameRecord } from "./fake";

/** The product of both features, over 0 to 4 across and 0 to 2 up; no rows are near where both are large. */
export function surfaceFrame(changes: Partial<SurfaceHeader> = {}, f = (x: number, y: number) => x * y): FrameRecord {
  const header: SurfaceHeader = {
    job: 1,
    sequence: 1,
    finished: true,
    done: 200,
    total: 200,
    features: ["temp", "hum"],
    axes: [
      [0, 1, 2, 3, 4],
      [0, 1, 2],
    ],
    whole: [false, false],
    middle: [2, 1],
    least: 2,
    low: 0,
    label: "predicted y",
    target_name: null,
    standard_error: 0,
    method: "tree walk",
    ...changes,
  };
  const [across, up] = header.axes.map((axis) =>
    axis.map((value, index) => (typeof value === "string" ? index : value)),
  );
  const values = across!.flatMap((x) => up!.map((y) => f(x, y)));
  const span = Math.max(...values) - Math.min(...values);
  header.low = Math.min(...values);
  const scale = span / 65535;
  const stored = Uint16Array.from(values, (value) => (scale ? Math.round((value - header.low) / scale) : 0));
  const near = Uint32Array.from(across!.flatMap((x) => up!.map((y) => (x >= 3 && y >= 2 ? 1 : 7))));
  const dots = Float32Array.of(1, 1, 2, 0);
  return {
    header: { version: 1, ...header },
    arrays: [
      { name: "surface", dtype: "uint16", shape: [across!.length, up!.length], scale },
      { name: "near", dtype: "uint32", shape: [across!.length, up!.length], scale: null },
      { name: "dots", dtype: "float32", shape: [2, 2], scale: null },
    ],
    buffers: [stored, near, dots].map((array) => new DataView(array.buffer)),
  };
}

export const seasons = ["winter", "spring", "summer"];

export function surfaceTraits(changes: Partial<SurfaceTraits> = {}): SurfaceTraits {
  return {
    features: ["temp", "hum"],
    grid_resolution: 30,
    target: null,
    seed: 0,
    colormap: "red_blue",
    contours: true,
    cursor: null,
    language: "en",
    status: "done",
    job: 1,
    column_names: ["temp", "hum", "season"],
    class_names: [],
    error: null,
    code: 'xw.PDPSurface(model, X, features=["temp", "hum"])',
    notice: "",
    ...changes,
  };
}
