// One widget model in this page: its state for the views, and the road back to the kernel. What differs between widgets
// (their traits, which of them ask the kernel, how frames become state) is handed in as a plan.
import type { AnyModel } from "@anywidget/types";
import type { Inbox, Stamped } from "./inbox";
import { watchLiveness } from "./liveness";
import { createPacer } from "./pacing";
import type { Kernel, SessionState, Status } from "./state";

export interface Plan<State extends SessionState, Settings, Shown extends Stamped> {
  /** The traits that a view draws from, but for those that carry frames. */
  traits: readonly (keyof State["traits"] & string)[];
  /** Traits that make the kernel work. */
  asking: readonly (keyof Settings & string)[];
  /** Traits whose change shows that the kernel is there, beside its status, its error and its job. */
  reports: readonly (keyof State["traits"] & string)[];
  /** What a view has before anything came. */
  empty: Omit<State, keyof SessionState>;
  openInbox(acknowledge: (shown: Shown) => void): Inbox<State, Shown>;
  /** What follows from a state. */
  settle?(state: State, dragging: boolean): State;
  /** What the browser sets in answer to a change that it did not make. */
  answer?(before: State, after: State): Partial<Settings> | null;
}

export type Command = "cancel" | "compute" | "reset" | "subgroups" | "interactions";

export interface Session<State extends SessionState, Settings, Shown> {
  readonly state: State;
  subscribe(listener: () => void, signal: AbortSignal): void;
  /** Ask for new settings, at once. */
  set(settings: Partial<Settings>): void;
  /** The same while a hand moves: at the pace of the answers. */
  drag(settings: Partial<Settings>): void;
  command(kind: Command): void;
  /** Ask for what only some widgets have. */
  ask(kind: string, about: Record<string, string>): void;
  /** A view has drawn a frame. */
  drawn(shown: Shown): void;
  /** A view is looked at, or not. */
  look(view: string, visible: boolean): void;
}

type Wire = Record<string, unknown>;
export type Model = AnyModel<Wire> & { offline?: boolean };

type Message = { kind: string; [name: string]: unknown };

const ACKNOWLEDGING = 100; // milliseconds that an acknowledgement waits for a request to go with
const STARTING = 60; // milliseconds that a computation takes before the view says that it runs
const SAVING = 100; // milliseconds between saves of what the browser draws by alone

export function openSession<State extends SessionState, Settings extends object, Shown extends Stamped>(
  model: Model,
  plan: Plan<State, Settings, Shown>,
  signal: AbortSignal,
): Session<State, Settings, Shown> {
  const listeners = new Set<() => void>();
  const looking = new Set<string>();
  const inbox = plan.openInbox(({ header: { job, sequence } }) => acknowledge({ kind: "ack", job, sequence }));
  const pacer = createPacer(send);
  const liveness = watchLiveness((silent) => meet(silent ? "silent" : "live"));
  const asks = (name: string) => (plan.asking as readonly string[]).includes(name);
  const readTraits = () =>
    Object.fromEntries(plan.traits.map((name) => [name, model.get(name)])) as unknown as State["traits"];
  let saving: ReturnType<typeof setTimeout> | undefined;
  let acknowledging: ReturnType<typeof setTimeout> | undefined;
  let starting: ReturnType<typeof setTimeout> | undefined;
  let dragging = false;
  let writing = false;
  const kernel: Kernel = model.offline ? "offline" : "live";
  let state = { ...plan.empty, traits: readTraits(), kernel, unreadable: null } as unknown as State;

  const update = (change: Partial<State>, own = false) => {
    const before = state;
    state = { ...state, ...change };
    state = plan.settle?.(state, dragging) ?? state;
    for (const listener of listeners) listener();
    const answer = own ? null : plan.answer?.(before, state);
    if (answer) writeSoon(answer);
  };
  const read = (own = false) => {
    clearTimeout(starting);
    starting = undefined;
    update({ traits: readTraits() } as Partial<State>, own);
  };
  const readSoon = () => {
    starting ??= setTimeout(read, STARTING);
  };
  const meet = (kernel: Kernel) => {
    if (state.kernel !== kernel && state.kernel !== "offline") update({ kernel } as Partial<State>);
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
  /** Set what differs, in one step for the views; true when the kernel has something to do. */
  function write(settings: Partial<Settings>): boolean {
    const changes = Object.entries(settings).filter(([name, value]) => model.get(name) !== value);
    writing = true;
    for (const [name, value] of changes) model.set(name, value);
    writing = false;
    if (changes.length) read(true);
    return changes.some(([name]) => asks(name));
  }
  function writeSoon(settings: Partial<Settings>): void {
    write(settings);
    saving ??= setTimeout(save, SAVING);
  }
  function send(settings: Partial<Settings>): void {
    if (write(settings)) {
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
  for (const name of plan.traits) {
    follow(`change:${name}`, () => {
      if (writing) return;
      if (tellsOfStart(name, model)) readSoon();
      else read();
    });
  }
  for (const name of ["status", "error", ...plan.reports]) follow(`change:${name}`, heard);
  follow("change:job", () => {
    heard();
    pacer.answered();
  });
  for (const name of inbox.traits) {
    follow(`change:${name}`, () => {
      heard();
      if (name === "result") pacer.answered();
      update(inbox.take(name, model.get(name)));
    });
  }
  model.on("msg:custom", (content, buffers) => {
    if (content.kind !== "preview") return;
    heard();
    pacer.answered();
    update(inbox.preview(content, buffers, looking.size > 0));
  });
  follow("comm_live_update", () => {
    // The host offers no way to ask the model itself; its layout lives and dies with it, a moment later.
    setTimeout(() => {
      const alive = (model.get("layout") as { comm_live?: boolean } | undefined)?.comm_live;
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
  for (const name of inbox.traits) update(inbox.take(name, model.get(name)));

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
      if (Object.keys(settings).some(asks)) pacer.release(settings);
      else send(settings);
      update({});
    },
    drag(settings) {
      if (Object.keys(settings).some(asks)) {
        dragging = true;
        pacer.move(settings);
      } else {
        writeSoon(settings);
      }
    },
    ask(kind, about) {
      tell({ ...about, kind });
      liveness.asked();
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

/** Whether a change says only that a computation began; its first picture comes soon, and a frame costs it time. */
function tellsOfStart(name: string, model: Model): boolean {
  return (name === "job" || name === "status") && (model.get("status") as Status) === "running";
}
