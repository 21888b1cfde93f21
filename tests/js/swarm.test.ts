// Stacks, shapes, frames and what follows from a change: the same numbers as Python's.

import { describe, expect, test } from "vitest";
import { createInbox } from "../../js/lib/inbox";
import { rowsOf } from "../../js/lib/shap_words";
import { rowsWithin, type Shape } from "../../js/lib/swarm_brush";
import { type BeeswarmHeader, toChosen, toScatter } from "../../js/lib/swarm_frame";
import { stacked } from "../../js/lib/swarm_layout";
import type { DotsState } from "../../js/lib/swarm_state";
import { decodeFrame } from "../../js/lib/wire";
import { createWords } from "../../js/lib/words";
import { answer } from "../../js/views/swarm/answer";
import twins from "../fixtures/swarm/twins.json";
import { beeswarmFrame, chosenFrame, dotsTraits, frameOf, pictureFrame } from "./swarm_fake";

const read = toScatter<BeeswarmHeader>(({ bands }) => bands.length);
const scatterOf = (frame: Parameters<typeof decodeFrame>[0]) => read(decodeFrame(frame)!);

describe("stacks", () => {
  test.each(twins.stacks)("in room for $room", ({ columns, room, offsets }) => {
    const found = stacked(columns, room);
    expect(found.length).toBe(offsets.length);
    offsets.forEach((offset, dot) => {
      expect(found[dot]).toBeCloseTo(offset, 12);
    });
  });
});

describe("shapes", () => {
  test.each(twins.brushes)("catch the same rows as Python's: $shapes", ({ x, y, rows, shapes, chosen }) => {
    const points = { count: x.length, x, y, rows: Uint32Array.from(rows) };
    expect([...rowsWithin(points, shapes as Shape[])]).toEqual(chosen);
  });

  test("no shape catches nothing", () => {
    expect(rowsWithin({ count: 1, x: [0], y: [0], rows: Uint32Array.of(3) }, [])).toHaveLength(0);
  });
});

describe("frames", () => {
  test("dots and pictures are read", () => {
    const few = scatterOf(beeswarmFrame());
    expect([few.lines, few.rows.length, few.x]).toEqual([2, 8, few.values]);
    expect(few.picture).toBeNull();
    const { picture, rows } = scatterOf(pictureFrame());
    expect([picture!.width, picture!.height, rows.length]).toEqual([10, 8, 0]);
    expect(toChosen(decodeFrame(chosenFrame(0)))).toEqual({ serial: 1, count: 0, bars: null, shares: null });
  });

  test.each([
    ["ends", frameOf({ ...beeswarmFrame().header, ends: [0] }, {})],
    ["values", frameOf(beeswarmFrame().header, {})],
    ["picture", frameOf(pictureFrame().header, {})],
    ["done", frameOf({ ...beeswarmFrame().header, done: null }, {})],
  ])("one without its %s is refused", (what, frame) => {
    expect(() => scatterOf(frame)).toThrow(what);
  });

  test("what cannot be read is told, and is no crash", () => {
    const inbox = createInbox<DotsState, ReturnType<typeof read>>({
      decode: read,
      accept: (scatter) => ({ scatter }) as never,
      acknowledge: () => {},
    });
    expect(inbox.take("result", frameOf({ job: 1 }, {})).unreadable).toContain("lacks");
  });
});

describe("an answer", () => {
  const box: Shape = { x: [0, 1], y: [0, 1], op: "or" };
  const state = (frame = beeswarmFrame(), changes = {}): DotsState => ({
    traits: dotsTraits({ brush: [box], ...changes }),
    scatter: scatterOf(frame),
    chosen: null,
    kernel: "live",
    unreadable: null,
  });
  const elsewhere = { selection: new DataView(new ArrayBuffer(4)) };

  test("a selection from elsewhere takes shapes away", () => {
    const before = state();
    expect(answer(before, { ...before, traits: { ...before.traits, ...elsewhere } })).toEqual({ brush: [] });
    expect(answer(before, { ...before, traits: { ...before.traits, hover: 1 } })).toBeNull();
  });

  test("of a picture the kernel answers", () => {
    const before = state(pictureFrame());
    expect(answer(before, { ...before, traits: { ...before.traits, ...elsewhere } })).toBeNull();
  });

  test("another order of lines or another output takes them away, more rows do not", () => {
    const before = state();
    const next = (frame: Parameters<typeof scatterOf>[0]) => answer(before, { ...before, scatter: scatterOf(frame) });
    expect(next(beeswarmFrame({ sequence: 2 }))).toBeNull();
    expect(next(beeswarmFrame({}, ["sex", "age"]))).toEqual({ brush: [] });
    expect(next(beeswarmFrame({ output: 1, outputs: ["no", "yes"] }))).toEqual({ brush: [] });
  });

  test("while rows are on their way neither what the kernel selects of them nor their order does", () => {
    const some = beeswarmFrame({ finished: false, total: 20, done: 8 });
    const before = state(some, { status: "running" });
    expect(answer(before, { ...before, traits: { ...before.traits, ...elsewhere } })).toBeNull();
    const next = (frame: Parameters<typeof scatterOf>[0]) => answer(before, { ...before, scatter: scatterOf(frame) });
    const more = { finished: false, total: 20, sequence: 2 };
    expect(next(beeswarmFrame(more, ["sex", "age"]))).toBeNull();
    expect(next(beeswarmFrame({ ...more, output: 1, outputs: ["no", "yes"] }))).toEqual({ brush: [] });
    expect(next(beeswarmFrame({ sequence: 2 }, ["sex", "age"]))).toEqual({ brush: [] });
  });
});

test("one row is one", () => {
  const words = createWords("en");
  expect(words("beeswarm.describe", { rows: rowsOf(1, words) })).toMatch(/^1 row\. Mean/);
  expect(rowsOf(12_000, words)).toBe("12\u2009000 rows");
  expect(rowsOf(1, createWords("ko"))).toBe("행 1개");
});
