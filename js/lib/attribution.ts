// A decoded attribution map and the picture under it.
import type { Field, Frame } from "./wire";

export interface MapHeader {
  job: number;
  sequence: number;
  finished: boolean;
  done: number;
  total: number;
  unit: "sample" | "pass";
  method: string;
  /** Of a method that the reader gave. */
  method_name?: string;
  multiply_by_inputs: boolean;
  channel_reduction: string;
  channels: number;
  index: number;
  input_height: number;
  input_width: number;
  signed: boolean;
  target: number | null;
  target_name: string;
  score: number | null;
  noise_level: number | null;
  sigma: number | null;
  n_samples: number | null;
  seed: number;
  precision: "float32" | "bfloat16";
  relative_error: number | null;
  code: string;
}

export interface AttributionMap {
  header: MapHeader;
  height: number;
  width: number;
  /** Values as stored; the value is `stored * scale`. */
  stored: Int16Array;
  scale: number;
  error: Field<Uint8Array> | null;
}

export interface Picture {
  index: number;
  height: number;
  width: number;
  rgb: Uint8Array;
}

export function toMap(frame: Frame): AttributionMap {
  const field = frame.fields.get("map");
  const header = frame.header as unknown as MapHeader;
  if (field?.shape.length !== 2 || !(field.data instanceof Int16Array)) {
    throw new Error("A frame carries no map of two dimensions.");
  }
  for (const name of ["job", "sequence", "done", "total", "input_height", "input_width"] as const) {
    if (!Number.isFinite(header[name])) throw new Error(`A frame's header lacks "${name}".`);
  }
  const [height, width] = field.shape as [number, number];
  const error = frame.fields.get("error") as Field<Uint8Array> | undefined;
  if (error && (error.shape[0] !== height || error.shape[1] !== width)) {
    throw new Error(`A map of ${height} x ${width} came with an error of ${error.shape.join(" x ")}.`);
  }
  return { header, height, width, stored: field.data, scale: field.scale, error: error ?? null };
}

export function toPicture(frame: Frame): Picture {
  const field = frame.fields.get("rgb");
  if (field?.shape.length !== 3 || field.shape[2] !== 3 || !(field.data instanceof Uint8Array)) {
    throw new Error("A frame carries no picture of three colours.");
  }
  const [height, width] = field.shape as [number, number, number];
  return { index: Number(frame.header.index ?? 0), height, width, rgb: field.data };
}

export interface Reading {
  row: number;
  column: number;
  value: number;
  /** Standard error, an upper bound where channels were summed. */
  error: number | null;
}

/** Read the map at a flat index of the input (row * input_width + column). */
export function readAt(map: AttributionMap, position: number): Reading {
  const { input_height, input_width } = map.header;
  const row = Math.floor(position / input_width);
  const column = position % input_width;
  const cell =
    Math.floor((row * map.height) / input_height) * map.width + Math.floor((column * map.width) / input_width);
  return {
    row,
    column,
    value: (map.stored[cell] ?? 0) * map.scale,
    error: map.error ? (map.error.data[cell] ?? 0) * map.error.scale : null,
  };
}
