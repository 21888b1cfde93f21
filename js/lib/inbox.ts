// What comes from the kernel in frames: decoded, checked, the stale dropped, every preview acknowledged.
import { type AttributionMap, type Picture, toMap, toPicture } from "./attribution";
import { createFrameLog } from "./frames";
import type { State } from "./state";
import { decodeFrame } from "./wire";

type Change = Partial<State>;

export interface Inbox {
  picture(record: unknown): Change;
  result(record: unknown): Change;
  /** A preview; `looked` says whether a view will draw it. */
  preview(content: unknown, buffers: DataView[], looked: boolean): Change;
  drawn(map: AttributionMap): void;
  /** No view will draw what waits. */
  unseen(): void;
}

export function createInbox(acknowledge: (map: AttributionMap) => void): Inbox {
  const log = createFrameLog();
  let pictures: Picture[] = []; // the newest two: a picture waits for its map, so that both change together
  let owed: AttributionMap | null = null; // the preview that no view has drawn yet

  const settle = () => {
    if (owed) acknowledge(owed);
    owed = null;
  };
  const shown = (change: Change = {}): Change => {
    const picture = pictures.find(({ index }) => index === log.map?.header.index) ?? pictures[0] ?? null;
    return { picture, ...change };
  };
  const accept = (map: AttributionMap): Change => (log.accept(map) ? shown({ map: log.map, curve: log.curve }) : {});

  return {
    picture: (record) =>
      read(() => {
        const frame = decodeFrame(record);
        if (frame) pictures = [toPicture(frame), ...pictures].slice(0, 2);
        return shown();
      }),
    result: (record) =>
      read(() => {
        const frame = decodeFrame(record);
        return frame ? accept(toMap(frame)) : {};
      }),
    preview: (content, buffers, looked) =>
      read(() => {
        const frame = decodeFrame(content, buffers);
        if (!frame) return {};
        const map = toMap(frame);
        const change = accept(map);
        settle();
        if (change.map && looked) owed = map;
        else acknowledge(map);
        return change;
      }),
    drawn(map) {
      if (owed === map) settle();
    },
    unseen: settle,
  };
}

/** What cannot be read is said in the cell; the last good picture stays. */
function read(decode: () => Change): Change {
  try {
    return { unreadable: null, ...decode() };
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}
