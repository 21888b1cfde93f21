// One widget model in this page: its state for the views, and the road back to the kernel.
import type { AnyModel } from "@anywidget/types";
import type { AttributionMap } from "./attribution";
import { createInbox } from "./inbox";
import { watchLiveness } from "./liveness";
import { createPacer } from "./pacing";
import { type ColourRange, nextRange } from "./range";
import { isKernelTrait, type Kernel, type Settings, type State, type Traits, traitNames } from "./state";

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

type Wire = Traits & { picture: unknown; result: unknown; layout?: { comm_live?: boolean } };
export type Model = AnyModel<Wire> & { offline?: boolean };

type Message = { kind: string; [name: string]: unknown };

const ACKNOWLEDGING = 100; // milliseconds that an acknowledgement waits for a request to go with
const STARTING = 60; // milliseconds that a computation takes before the view says that it runs
const SAVING = 100; // milliseconds between saves of what the browser draws by alone

export function openSession(model: Model, signal: AbortSignal): Session {
  const listeners = new Set<() => void>();
  const looking = new Set<string>();
  const inbox = createInbox(({ header: { job, sequence } }) => acknowledge({ kind: "ack", job, sequence }));
  const pacer = createPacer(send);
  const liveness = watchLiveness((silent) => meet(silent ? "silent" : "live"));
  let saving: ReturnType<typeof setTimeout> | undefined;
  let acknowledging: ReturnType<typeof setTimeout> | undefined;
  let starting: ReturnType<typeof setTimeout> | undefined;
  let dragging = false;
  let held: ColourRange | null = null;
  let state: State = {
    traits: readTraits(model),
    picture: null,
    map: null,
    curve: [],
    range: 0,
    kernel: model.offline ? "offline" : "live",
    unreadable: null,
  };
  const update = (change: Partial<State>) => {
    state = { ...state, ...change };
    held = rangeOf(state, held, dragging);
    state = { ...state, range: held?.end ?? 0 };
    for (const listener of listeners) listener();
  };
  const read = () => {
    clearTimeout(starting);
    starting = undefined;
    update({ traits: readTraits(model) });
  };
  const readSoon = () => {
    starting ??= setTimeout(read, STARTING);
  };
  const meet = (kernel: Kernel) => {
    if (state.kernel !== kernel && state.kernel !== "offline") update({ kernel });
  };
  const heard = () => {
    liveness.heard();
    meet("live");
  };

  function tell(message: Message): void {
    if (state.kernel !== "gone") model.send(message); // a dead comm throws
  }
  /** Every message keeps a notebook busy for some 20 ms, and while a hand moves the next request says the same. */
  function acknowledge(message: Message): void {
    clearTimeout(acknowledging);
    if (dragging) acknowledging = setTimeout(() => tell(message), ACKNOWLEDGING);
    else tell(message);
  }
  function send(settings: Partial<Settings>): void {
    if (write(model, settings)) {
      liveness.asked();
      clearTimeout(acknowledging);
    }
    save();
  }
  function save(): void {
    clearTimeout(saving);
    saving = undefined;
    model.save_changes();
  }

  const follow = (event: string, listen: () => void) => model.on(event, listen);
  for (const name of traitNames) follow(`change:${name}`, () => (tellsOfStart(name, model) ? readSoon() : read()));
  for (const name of ["status", "error", "scores"]) follow(`change:${name}`, heard);
  follow("change:job", () => {
    heard();
    pacer.answered();
  });
  follow("change:picture", () => {
    heard();
    update(inbox.picture(model.get("picture")));
  });
  follow("change:result", () => {
    heard();
    pacer.answered();
    update(inbox.result(model.get("result")));
  });
  model.on("msg:custom", (content, buffers) => {
    if (content.kind !== "preview") return;
    heard();
    pacer.answered();
    update(inbox.preview(content, buffers, looking.size > 0));
  });
  follow("comm_live_update", () => {
    // The host offers no way to ask the model itself; its layout lives and dies with it, a moment later.
    setTimeout(() => {
      const alive = model.get("layout")?.comm_live;
      if (alive === false) meet("gone");
      if (!alive || state.kernel !== "gone") return;
      meet("live");
      for (const view of looking) tell({ kind: "visible", view, visible: true });
    });
  });
  signal.addEventListener("abort", () => {
    model.off();
    pacer.stop();
    liveness.stop();
    clearTimeout(saving);
    clearTimeout(acknowledging);
    clearTimeout(starting);
  });
  update(inbox.picture(model.get("picture")));
  update(inbox.result(model.get("result")));

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
      if (asksKernel(settings)) pacer.release(settings);
      else send(settings);
      update({});
    },
    drag(settings) {
      if (asksKernel(settings)) {
        dragging = true;
        pacer.move(settings);
      } else {
        write(model, settings);
        saving ??= setTimeout(save, SAVING);
      }
    },
    command(kind) {
      tell({ kind });
      if (kind !== "reset") liveness.asked(); // a reset may change nothing, and then has no answer
    },
    drawn: inbox.drawn,
    look(view, visible) {
      if (visible === looking.has(view)) return;
      if (visible) looking.add(view);
      else looking.delete(view);
      if (looking.size === 0) inbox.unseen();
      tell({ kind: "visible", view, visible });
    },
  };
}

function readTraits(model: Model): Traits {
  return Object.fromEntries(traitNames.map((name) => [name, model.get(name)])) as unknown as Traits;
}

/** Whether a change says only that a computation began; its first picture comes soon, and a frame costs it time. */
function tellsOfStart(name: keyof Traits, model: Model): boolean {
  return (name === "job" || name === "status") && model.get("status") === "running";
}

/** Set what differs; true when the kernel has something to do. */
function write(model: Model, settings: Partial<Settings>): boolean {
  const changes = Object.entries(settings).filter(([name, value]) => model.get(name as keyof Settings) !== value);
  for (const [name, value] of changes) model.set(name as keyof Settings, value as never);
  return changes.some(([name]) => isKernelTrait(name));
}

const asksKernel = (settings: Partial<Settings>) => Object.keys(settings).some(isKernelTrait);

/** The colour range holds still while samples come or a hand drags, and settles when they have come. */
function rangeOf({ map, traits }: State, held: ColourRange | null, dragging: boolean): ColourRange | null {
  if (!map) return null;
  const ended = map.header.finished || traits.status === "cancelled" || traits.status === "failed";
  return nextRange(held, map, traits.clip_percentile, ended && !dragging);
}
