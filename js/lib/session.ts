// One widget model in this page: its listeners, its frames, and the road back to the kernel.
import type { AnyModel } from "@anywidget/types";
import { type AttributionMap, type Picture, toMap, toPicture } from "./attribution";
import { createFrameLog } from "./frames";
import { watchLiveness } from "./liveness";
import { createPacer } from "./pacing";
import { type ColourRange, nextRange } from "./range";
import {
  type DrawingTraits,
  type Kernel,
  kernelTraits,
  otherTraits,
  type Settings,
  type State,
  type Traits,
} from "./state";
import { decodeFrame } from "./wire";

export interface Session {
  readonly state: State;
  subscribe(listener: () => void, signal: AbortSignal): void;
  /** Ask for new settings, at once. */
  set(settings: Partial<Settings>): void;
  /** The same while a hand moves: at the pace of the answers. */
  drag(settings: Partial<Settings>): void;
  command(kind: "cancel" | "compute" | "reset"): void;
  /** A view has drawn the map. */
  drawn(map: AttributionMap): void;
  /** A view is looked at, or not. */
  look(view: string, visible: boolean): void;
}

type Model = AnyModel<Traits & { picture: unknown; result: unknown; layout?: { comm_live?: boolean } }>;

const SAVING = 100; // milliseconds between saves of what the browser draws by alone

export function openSession(model: Model, signal: AbortSignal): Session {
  const offline = (model as { offline?: boolean }).offline === true;
  const frames = createFrameLog();
  const listeners = new Set<() => void>();
  const looking = new Set<string>();
  let owed: AttributionMap | null = null; // the preview that no view has drawn yet
  let held: ColourRange | null = null;
  let dragging = false;
  let state: State = {
    traits: readTraits(),
    picture: null,
    map: null,
    curve: [],
    range: 0,
    kernel: offline ? "offline" : "live",
    unreadable: null,
  };

  const update = (change: Partial<State>) => {
    state = { ...state, ...change };
    const { map, traits } = state;
    if (map) {
      const over = traits.status === "cancelled" || traits.status === "failed";
      const settled = !dragging && (map.header.finished || over);
      held = nextRange(held, map, traits.clip_percentile, settled);
      state = { ...state, range: held.end };
    }
    for (const listener of listeners) listener();
  };

  const liveness = watchLiveness((silent) => setKernel(silent ? "silent" : "live"));
  const setKernel = (kernel: Kernel) => {
    if (state.kernel !== kernel && state.kernel !== "offline") update({ kernel });
  };
  const heard = () => {
    liveness.heard();
    setKernel("live");
  };
  const pacer = createPacer((settings: Partial<Settings>) => send(settings));

  function readTraits(): Traits {
    return Object.fromEntries(
      [...kernelTraits, ...otherTraits].map((name) => [name, model.get(name)]),
    ) as unknown as Traits;
  }

  function send(settings: Partial<Settings>) {
    let asking = false;
    for (const [name, value] of Object.entries(settings) as [keyof Settings, never][]) {
      if (model.get(name) === value) continue;
      model.set(name, value);
      asking ||= (kernelTraits as readonly string[]).includes(name);
    }
    model.save_changes();
    if (asking) liveness.asked();
  }

  function readPicture(): Partial<State> {
    return read(() => {
      const frame = decodeFrame(model.get("picture"));
      return { picture: frame && toPicture(frame) };
    });
  }

  function readResult(): Partial<State> {
    return read(() => {
      const frame = decodeFrame(model.get("result"));
      return frame ? accept(toMap(frame)) : {};
    });
  }

  function read(decode: () => Partial<State>): Partial<State> {
    try {
      return { unreadable: null, ...decode() };
    } catch (error) {
      return { unreadable: error instanceof Error ? error.message : String(error) };
    }
  }

  function accept(map: AttributionMap): Partial<State> {
    return frames.accept(map) ? { map: frames.map, curve: frames.curve } : {};
  }

  const acknowledge = ({ header: { job, sequence } }: AttributionMap) => model.send({ kind: "ack", job, sequence });

  function takePreview(content: { kind?: string }, buffers: DataView[]) {
    if (content.kind !== "preview") return;
    pacer.answered();
    heard();
    let preview: AttributionMap | null = null;
    const change = read(() => {
      const frame = decodeFrame(content, buffers);
      if (!frame) return {};
      preview = toMap(frame);
      return accept(preview);
    });
    if (preview) {
      if (owed) acknowledge(owed);
      owed = null;
      if (change.map && looking.size > 0) owed = preview;
      else acknowledge(preview);
    }
    update(change);
  }

  const saving = throttle(SAVING, () => model.save_changes());
  const drawingOnly = (settings: Partial<Settings>): settings is Partial<DrawingTraits> =>
    !Object.keys(settings).some((name) => (kernelTraits as readonly string[]).includes(name));

  model.on("msg:custom", takePreview);
  for (const name of [...kernelTraits, ...otherTraits]) {
    model.on(`change:${name}`, () => {
      if (name === "job") pacer.answered();
      if (name === "job" || name === "status") heard();
      update({ traits: readTraits() });
    });
  }
  model.on("change:picture", () => update(readPicture()));
  model.on("change:result", () => {
    heard();
    pacer.answered();
    update(readResult());
  });
  model.on("comm_live_update", () => {
    // the host offers no way to ask the model itself; its layout lives and dies with it
    setTimeout(() => {
      const alive = model.get("layout")?.comm_live;
      if (alive === false) setKernel("gone");
      if (alive && state.kernel === "gone") {
        setKernel("live");
        for (const view of looking) model.send({ kind: "visible", view, visible: true });
      }
    });
  });
  signal.addEventListener("abort", () => {
    model.off();
    pacer.stop();
    liveness.stop();
    saving.stop();
    listeners.clear();
  });
  update({ ...readPicture(), ...readResult() });

  return {
    get state() {
      return state;
    },
    subscribe(listener, until) {
      listeners.add(listener);
      until.addEventListener("abort", () => listeners.delete(listener));
    },
    set(settings) {
      dragging = false;
      if (drawingOnly(settings)) saving.now(() => send(settings));
      else pacer.release(settings);
    },
    drag(settings) {
      if (drawingOnly(settings)) {
        for (const [name, value] of Object.entries(settings)) model.set(name as never, value as never);
        saving.soon();
        return;
      }
      dragging = true;
      pacer.move(settings);
    },
    command(kind) {
      model.send({ kind });
      if (kind !== "reset") liveness.asked();
    },
    drawn(map) {
      if (owed !== map) return;
      owed = null;
      acknowledge(map);
    },
    look(view, visible) {
      if (visible === looking.has(view)) return;
      if (visible) looking.add(view);
      else looking.delete(view);
      if (looking.size === 0 && owed) {
        acknowledge(owed);
        owed = null;
      }
      model.send({ kind: "visible", view, visible });
    },
  };
}

function throttle(pause: number, save: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    soon() {
      timer ??= setTimeout(() => {
        timer = undefined;
        save();
      }, pause);
    },
    now(act: () => void) {
      stop();
      act();
    },
    stop,
  };
}

export type { Picture };
