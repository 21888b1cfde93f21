import { describe, expect, test } from "vitest";
import { toMap } from "../../js/lib/attribution";
import { createFrameLog } from "../../js/lib/frames";
import { clipOf, nextRange } from "../../js/lib/range";
import { countMagnitudes, histogram, percentileOf, rankOf } from "../../js/lib/statistics";
import { decodeFrame } from "../../js/lib/wire";
import { frameOf, mapFrame } from "./fake";

const values = Int16Array.from({ length: 1000 }, (_, index) => (index % 2 ? -1 : 1) * ((index * 7919) % 30011));
const magnitudesInOrder = Array.from(values, Math.abs).sort((one, other) => one - other);
const decoded = (...given: Parameters<typeof mapFrame>) => toMap(decodeFrame(mapFrame(...given))!);

describe("percentiles", () => {
  const counts = countMagnitudes(values);

  test.each([90, 97.5, 99.5, 100])("%d %% as by sorting", (percentile) => {
    const expected = magnitudesInOrder[Math.ceil((percentile / 100) * values.length) - 1];
    expect(percentileOf(counts, values.length, percentile)).toBe(expected);
  });

  test("a rank is the way back", () => {
    for (const percentile of [90, 95, 99.5]) {
      expect(rankOf(counts, values.length, percentileOf(counts, values.length, percentile))).toBeCloseTo(percentile);
    }
  });

  test("a map that is mostly zero is clipped at its largest value", () => {
    expect(clipOf(decoded(), 90)).toBeCloseTo(1);
    expect(clipOf(decoded(), 100)).toBeCloseTo(1);
  });

  test("the most negative number is counted", () => {
    expect(countMagnitudes(Int16Array.of(-32768))[32768]).toBe(1);
  });
});

describe("the histogram", () => {
  test("counts every value once, also beyond its ends", () => {
    const counts = histogram(values, 0.001, -10, 10, 20);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    expect(counts[19]).toBe(values.filter((value) => value >= 9000).length);
    expect(counts[10]).toBe(values.filter((value) => value >= 0 && value < 1000).length);
  });
});

describe("the colour range", () => {
  const running = { finished: false, done: 4 };

  test("holds still while samples come, and settles at the end", () => {
    const first = nextRange(null, decoded(running, 1), 100, false);
    const later = nextRange(first, decoded({ ...running, done: 20 }, 0.7), 100, false);
    expect(later.end).toBeCloseTo(1);
    expect(nextRange(later, decoded({}, 0.7), 100, true).end).toBeCloseTo(0.7);
  });

  test("gives way when the map has left it", () => {
    const first = nextRange(null, decoded(running, 1), 100, false);
    expect(nextRange(first, decoded(running, 0.3), 100, false).end).toBeCloseTo(0.3);
    expect(nextRange(first, decoded(running, 2.5), 100, false).end).toBeCloseTo(2.5);
  });

  test("another method, class or clip has its own", () => {
    const first = nextRange(null, decoded(running, 1), 100, false);
    for (const change of [{ method: "vargrad" }, { target: 1 }, { channel_reduction: "mean" }]) {
      expect(nextRange(first, decoded({ ...running, ...change }, 0.7), 100, false).end).toBeCloseTo(0.7);
    }
    const spread = toMap(decodeFrame(frameOf(values.slice(0, 80), 1, running))!);
    const whole = nextRange(null, spread, 100, false);
    expect(nextRange(whole, spread, 95, false).end).toBeLessThan(whole.end);
  });
});

describe("which frame is shown", () => {
  test("nothing older than what has been seen", () => {
    const log = createFrameLog();
    expect(log.accept(decoded({ job: 2, sequence: 5 }))).toBe(true);
    expect(log.accept(decoded({ job: 1, sequence: 9 }))).toBe(false);
    expect(log.accept(decoded({ job: 2, sequence: 5 }))).toBe(false);
    expect(log.accept(decoded({ job: 2, sequence: 4 }))).toBe(false);
    expect(log.accept(decoded({ job: 2, sequence: 6 }))).toBe(true);
    expect(log.accept(decoded({ job: 3, sequence: 1 }))).toBe(true);
    expect(log.map?.header).toMatchObject({ job: 3, sequence: 1 });
  });

  test("the error's curve grows with the samples and goes on when they are resumed", () => {
    const log = createFrameLog();
    log.accept(decoded({ job: 1, sequence: 1, done: 2, relative_error: null }));
    log.accept(decoded({ job: 1, sequence: 2, done: 4, relative_error: 0.9 }));
    log.accept(decoded({ job: 1, sequence: 3, done: 50, relative_error: 0.3 }));
    log.accept(decoded({ job: 2, sequence: 1, done: 80, n_samples: 100, relative_error: 0.2 }));
    expect(log.curve).toEqual([
      { done: 4, error: 0.9 },
      { done: 50, error: 0.3 },
      { done: 80, error: 0.2 },
    ]);
  });

  test("another noise begins another curve", () => {
    const log = createFrameLog();
    log.accept(decoded({ job: 1, done: 50, relative_error: 0.3 }));
    log.accept(decoded({ job: 2, done: 60, relative_error: 0.5, sigma: 2 }));
    expect(log.curve).toEqual([{ done: 60, error: 0.5 }]);
  });
});
