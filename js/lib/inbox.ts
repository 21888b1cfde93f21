// What comes from the kernel in frames: decoded, checked, the stale dropped, every preview acknowledged.
import type { SessionState } from "./state";
import { decodeFrame, type Frame } from "./wire";

/** What was made of a frame, with its place in the stream. */
export interface Stamped {
  header: { job: number; sequence: number };
}

export interface Inbox<State, Shown> {
  /** The traits that carry frames. */
  traits: readonly string[];
  take(trait: string, record: unknown): Partial<State>;
  /** A preview; `looked` says whether a view will draw it. */
  preview(content: unknown, buffers: DataView[], looked: boolean): Partial<State>;
  drawn(shown: Shown): void;
  /** No view will draw what waits. */
  unseen(): void;
}

interface Options<State, Shown> {
  decode(frame: Frame): Shown;
  /** What a frame changes, or null for one that is stale. */
  accept(shown: Shown): Partial<State> | null;
  acknowledge(shown: Shown): void;
  /** Traits beside "result" that carry frames. */
  more?: Record<string, (frame: Frame | null) => Partial<State>>;
}

/** Whether a frame is newer than another one. */
export function follows({ header: before }: Stamped, { header: after }: Stamped): boolean {
  return after.job > before.job || (after.job === before.job && after.sequence > before.sequence);
}

/** What a frame changes, but for one that is older than another that has been seen. */
export function inOrder<State, Shown extends Stamped>(
  change: (shown: Shown) => Partial<State>,
): (shown: Shown) => Partial<State> | null {
  let newest: Shown | null = null;
  return (shown) => {
    if (newest && !follows(newest, shown)) return null;
    newest = shown;
    return change(shown);
  };
}

export function createInbox<State extends SessionState, Shown extends Stamped>({
  decode,
  accept,
  acknowledge,
  more = {},
}: Options<State, Shown>): Inbox<State, Shown> {
  let owed: Shown | null = null; // the preview that no view has drawn yet

  const settle = () => {
    if (owed) acknowledge(owed);
    owed = null;
  };
  const result = (frame: Frame | null): Partial<State> => (frame && accept(decode(frame))) ?? {};

  return {
    traits: [...Object.keys(more), "result"],
    take: (trait, record) => read<State>(() => (more[trait] ?? result)(decodeFrame(record ?? {}))),
    preview: (content, buffers, looked) =>
      read<State>(() => {
        const frame = decodeFrame(content, buffers);
        if (!frame) return {};
        const shown = decode(frame);
        const change = accept(shown);
        settle();
        if (change && looked) owed = shown;
        else acknowledge(shown);
        return change ?? {};
      }),
    drawn(shown) {
      if (owed?.header === shown.header) settle(); // what is drawn may be made of several
    },
    unseen: settle,
  };
}

/** What cannot be read is said in the cell; the last good picture stays. */
function read<State extends SessionState>(decode: () => Partial<State>): Partial<State> {
  try {
    return { unreadable: null, ...decode() };
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) } as Partial<State>;
  }
}
