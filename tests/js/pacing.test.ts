import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { watchLiveness } from "../../js/lib/liveness";
import { createPacer } from "../../js/lib/pacing";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run, 16));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => clearTimeout(id));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the road of one slider tick", () => {
  const start = () => {
    const sent: [number, number][] = [];
    const begin = Date.now();
    const pacer = createPacer((value: number) => sent.push([value, Date.now() - begin]));
    return { sent, pacer };
  };

  test("the first move goes at once", () => {
    const { sent, pacer } = start();
    pacer.move(1);
    expect(sent).toEqual([[1, 0]]);
  });

  test("without an answer the next one waits 50 ms, and the newest goes", () => {
    const { sent, pacer } = start();
    for (let tick = 0; tick < 120; tick += 4) {
      pacer.move(tick);
      vi.advanceTimersByTime(4);
    }
    expect(sent).toEqual([
      [0, 0],
      [48, 50],
      [96, 100],
    ]);
  });

  test("an answer frees the next one at the next animation frame", () => {
    const { sent, pacer } = start();
    pacer.move(1);
    pacer.move(2);
    vi.advanceTimersByTime(3);
    pacer.answered();
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(13);
    expect(sent).toEqual([
      [1, 0],
      [2, 16],
    ]);
  });

  test("a release goes at once, and nothing older after it", () => {
    const { sent, pacer } = start();
    pacer.move(1);
    pacer.move(2);
    pacer.release(3);
    expect(sent.at(-1)).toEqual([3, 0]);
    vi.advanceTimersByTime(500);
    expect(sent.map(([value]) => value)).toEqual([1, 3]);
  });

  test("after a pause the first move goes at once again", () => {
    const { sent, pacer } = start();
    pacer.move(1);
    vi.advanceTimersByTime(200);
    pacer.move(2);
    expect(sent.at(-1)).toEqual([2, 200]);
  });

  test("stopped, it sends nothing more", () => {
    const { sent, pacer } = start();
    pacer.move(1);
    pacer.move(2);
    pacer.stop();
    vi.advanceTimersByTime(500);
    expect(sent).toHaveLength(1);
  });
});

describe("is the kernel there", () => {
  test("it is silent after three seconds without an answer, and back at the first word", () => {
    const said: boolean[] = [];
    const liveness = watchLiveness((silent) => said.push(silent));
    liveness.asked();
    vi.advanceTimersByTime(2900);
    liveness.asked(); // does not start the wait again
    expect(said).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(said).toEqual([true]);
    liveness.heard();
    expect(said).toEqual([true, false]);
  });

  test("an answer in time ends the wait", () => {
    const said: boolean[] = [];
    const liveness = watchLiveness((silent) => said.push(silent));
    liveness.asked();
    vi.advanceTimersByTime(1000);
    liveness.heard();
    vi.advanceTimersByTime(10_000);
    expect(said).toEqual([]);
  });
});
