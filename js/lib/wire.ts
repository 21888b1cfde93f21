// What crosses to the browser, decoded and checked. The twin of xai_widgets/wire.py.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface WireArray {
  name: string;
  dtype: string;
  shape: number[];
  scale: number | null;
}

export interface Field<Data extends ArrayLike<number> = ArrayLike<number>> {
  data: Data;
  shape: number[];
  scale: number;
}

export interface Frame {
  header: Record<string, Json>;
  fields: Map<string, Field>;
}

const kinds = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Decode a frame; null for the empty record that stands for "none yet". */
export function decodeFrame(record: unknown, buffers?: DataView[]): Frame | null {
  if (!isRecord(record)) throw new Error("A frame is not a record.");
  if (!("header" in record)) return null;
  const { header, arrays } = record;
  const parts = buffers ?? record.buffers;
  if (!isRecord(header) || !Array.isArray(arrays) || !Array.isArray(parts)) {
    throw new Error("A frame lacks its header, arrays or buffers.");
  }
  if (arrays.length !== parts.length) {
    throw new Error(`A frame names ${arrays.length} arrays but carries ${parts.length} buffers.`);
  }
  const fields = new Map<string, Field>();
  arrays.forEach((array: WireArray, index) => {
    fields.set(array.name, decodeArray(array, parts[index]));
  });
  return { header: header as Record<string, Json>, fields };
}

function decodeArray({ name, dtype, shape, scale }: WireArray, buffer: unknown): Field {
  const Kind = kinds[dtype as keyof typeof kinds];
  if (!Kind) throw new Error(`Array "${name}" has the unknown type ${dtype}.`);
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new Error(`Array "${name}" has no valid shape.`);
  }
  const view = toView(buffer, name);
  const size = shape.reduce((product, length) => product * length, 1);
  if (view.byteLength !== size * Kind.BYTES_PER_ELEMENT) {
    const given = `${view.byteLength} bytes`;
    throw new Error(`Array "${name}" of shape ${shape.join(" x ")} came with ${given}.`);
  }
  const aligned = view.byteOffset % Kind.BYTES_PER_ELEMENT === 0;
  const data = aligned
    ? new Kind(view.buffer as ArrayBuffer, view.byteOffset, size)
    : new Kind(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer);
  return { data, shape, scale: scale ?? 1 };
}

function toView(buffer: unknown, name: string): DataView {
  if (buffer instanceof DataView) return buffer;
  if (ArrayBuffer.isView(buffer)) {
    return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  if (buffer instanceof ArrayBuffer) return new DataView(buffer);
  throw new Error(`Array "${name}" came without bytes.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
