// A widget model without a kernel, and frames as the kernel makes them.
import type { MapHeader } from "../../js/lib/attribution";
import type { Traits } from "../../js/lib/state";

type Handler = (...values: unknown[]) => void;

export class FakeModel {
  readonly sent: Record<string, unknown>[] = [];
  readonly saved: Record<string, unknown>[] = [];
  private readonly handlers = new Map<string, Set<Handler>>();
  private changes: Record<string, unknown> = {};

  constructor(private readonly state: Record<string, unknown>) {}

  get = (name: string) => this.state[name];

  set = (name: string, value: unknown) => {
    const same = isSame(this.state[name], value);
    this.state[name] = value;
    if (same) return;
    this.changes[name] = value;
    this.emit(`change:${name}`);
  };

  save_changes = () => {
    if (Object.keys(this.changes).length) this.saved.push(this.changes);
    this.changes = {};
  };

  send = (content: Record<string, unknown>) => {
    this.sent.push(content);
  };

  on = (event: string, handler: Handler) => {
    this.handlers.set(event, (this.handlers.get(event) ?? new Set()).add(handler));
  };

  off = (event?: string | null, handler?: Handler | null) => {
    if (!event) this.handlers.clear();
    else if (handler) this.handlers.get(event)?.delete(handler);
    else this.handlers.delete(event);
  };

  emit(event: string, ...values: unknown[]) {
    for (const handler of [...(this.handlers.get(event) ?? [])]) handler(...values);
  }

  /** As the kernel sets a trait: nothing to save. */
  receive(values: Record<string, unknown>) {
    for (const [name, value] of Object.entries(values)) {
      this.state[name] = value;
      this.emit(`change:${name}`);
    }
  }

  preview(frame: FrameRecord) {
    const { header, arrays, buffers } = frame;
    this.emit("msg:custom", { kind: "preview", header, arrays }, buffers);
  }

  get listening(): number {
    return [...this.handlers.values()].reduce((sum, handlers) => sum + handlers.size, 0);
  }

  acknowledged(): [unknown, unknown][] {
    return this.sent.filter(({ kind }) => kind === "ack").map(({ job, sequence }) => [job, sequence]);
  }
}

/** As Backbone's models tell what changed: by content. */
function isSame(before: unknown, after: unknown): boolean {
  if (before instanceof DataView && after instanceof DataView) {
    return String(new Uint8Array(before.buffer)) === String(new Uint8Array(after.buffer));
  }
  return before === after || (Array.isArray(before) && JSON.stringify(before) === JSON.stringify(after));
}

export interface FrameRecord {
  header: Record<string, unknown>;
  arrays: { name: string; dtype: string; shape: number[]; scale: number | null }[];
  buffers: DataView[];
}

export const HEIGHT = 8;
export const WIDTH = 10;

export function header(changes: Partial<MapHeader> = {}): MapHeader {
  return {
    job: 1,
    sequence: 1,
    finished: true,
    done: 50,
    total: 50,
    unit: "sample",
    method: "smoothgrad",
    multiply_by_inputs: false,
    channel_reduction: "sum",
    channels: 3,
    index: 0,
    input_height: HEIGHT,
    input_width: WIDTH,
    signed: true,
    target: 3,
    target_name: "star",
    score: 7,
    noise_level: 0.15,
    sigma: 0.71,
    n_samples: 50,
    seed: 0,
    precision: "float32",
    relative_error: 0.4,
    code: "xw.SmoothGrad(model)",
    ...changes,
  };
}

/** A map with a strong positive value at row 2, column 3 and a weaker negative one at row 5, column 6. */
export function mapFrame(changes: Partial<MapHeader> = {}, gain = 1): FrameRecord {
  const stored = new Int16Array(HEIGHT * WIDTH);
  stored[2 * WIDTH + 3] = 30000;
  stored[5 * WIDTH + 6] = -15000;
  return frameOf(stored, gain / 30000, changes);
}

export function frameOf(stored: Int16Array, scale: number, changes: Partial<MapHeader> = {}): FrameRecord {
  const shape = [HEIGHT, WIDTH];
  const error = new Uint8Array(stored.length).fill(20);
  return {
    header: { ...header(changes) },
    arrays: [
      { name: "map", dtype: "int16", shape, scale },
      { name: "error", dtype: "uint8", shape, scale: 0.01 },
    ],
    buffers: [new DataView(stored.buffer), new DataView(error.buffer)],
  };
}

export function pictureFrame(index = 0): FrameRecord {
  const rgb = new Uint8Array(HEIGHT * WIDTH * 3).fill(128);
  return {
    header: { index },
    arrays: [{ name: "rgb", dtype: "uint8", shape: [HEIGHT, WIDTH, 3], scale: null }],
    buffers: [new DataView(rgb.buffer)],
  };
}

const names = ["circle", "square", "triangle", "star", "cross"];

export function traits(changes: Partial<Traits> = {}): Traits {
  return {
    method: "smoothgrad",
    target: null,
    noise_level: 0.15,
    n_samples: 50,
    seed: 0,
    multiply_by_inputs: false,
    channel_reduction: "sum",
    index: 0,
    sign: "all",
    colormap: "red_blue",
    clip_percentile: 100,
    opacity: 0.9,
    threshold: 0.05,
    language: "en",
    hover: null,
    status: "done",
    job: 1,
    n_pictures: 1,
    class_names: names,
    n_classes: names.length,
    scores: {
      kind: "probability",
      top: [
        { index: 3, name: "star", value: 0.9 },
        { index: 0, name: "circle", value: 0.06 },
      ],
      values: [0.06, 0.02, 0.01, 0.9, 0.01],
    },
    error: null,
    notice: "",
    ...changes,
  };
}
