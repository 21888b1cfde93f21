import { describe, expect, test } from "vitest";
import { cut } from "../../js/lib/measure";
import { barsOf } from "../../js/lib/waterfall_bars";
import { changedTo, endsOf, readNumber, textOf } from "../../js/lib/waterfall_changes";
import { toWaterfall, type WaterfallHeader } from "../../js/lib/waterfall_frame";
import { decodeFrame } from "../../js/lib/wire";
import cases from "../fixtures/waterfall/bars.json";
import { waterfallFrame } from "./waterfall_fake";

interface Case {
  values: number[];
  base: number;
  errors?: number[];
  before?: number[];
  changed?: number[];
  prediction?: number;
  max_display?: number;
  bars: {
    kind: string;
    feature: number;
    count: number;
    step: number[];
    error: number | null;
    before: number[] | null;
  }[];
}

const waterfallOf = ({ values, base, prediction, changed = [], ...arrays }: Case) =>
  toWaterfall(
    decodeFrame(
      waterfallFrame(
        {
          features: values.map((_, index) => `f${index}`),
          row: null,
          base,
          prediction: prediction ?? null,
          what_if: Object.fromEntries(changed.map((index) => [`f${index}`, 1])),
        } as Partial<WaterfallHeader>,
        { values, ...arrays },
      ),
    )!,
  );

const close = (one: number[], other: number[]) => {
  expect(one).toHaveLength(other.length);
  for (const [index, value] of one.entries()) expect(value).toBeCloseTo(other[index]!, 9);
};

describe("bars", () => {
  test.each((cases as Case[]).map((one, index) => [index, one] as const))("are those of Python: %i", (_, one) => {
    const { bars } = barsOf(waterfallOf(one), one.max_display ?? 10);
    expect(bars.map(({ kind, feature, count }) => ({ kind, feature, count }))).toEqual(
      one.bars.map(({ kind, feature, count }) => ({ kind, feature, count })),
    );
    for (const [index, { value, from, to, error, before }] of bars.entries()) {
      const wanted = one.bars[index]!;
      close([value, from, to], wanted.step);
      close(error === null ? [] : [error], wanted.error === null ? [] : [wanted.error]);
      close(before ? [before.value, before.from, before.to] : [], wanted.before ?? []);
    }
  });

  test("lead without a break from the base to the sum, whatever is joined", () => {
    const values = Array.from({ length: 30 }, (_, index) => Math.sin(index * 7) * (index % 5));
    for (const most of [1, 2, 7, 29, 30, 100]) {
      const { bars, base, sum } = barsOf(waterfallOf({ values, base: 4, bars: [] }), most);
      expect(bars.length).toBe(most < 29 ? most + 1 : 30);
      expect(bars.reduce((count, bar) => count + bar.count, 0)).toBe(30);
      expect([bars.at(-1)!.from, bars[0]!.to]).toEqual([base, sum]);
      for (const [index, bar] of bars.slice(1).entries()) expect(bar.to).toBe(bars[index]!.from);
    }
  });
});

describe("what is asked", () => {
  test("is set beside the others; the row's own value is no change", () => {
    expect(changedTo({ a: 1 }, "b", 2, 3)).toEqual({ a: 1, b: 2 });
    expect(changedTo({ a: 1, b: 2 }, "b", 3, 3)).toEqual({ a: 1 });
    expect(changedTo({}, "b", "True", "True")).toEqual({});
    expect(changedTo({}, "b", true, "True")).toEqual({});
    expect(changedTo({}, "b", null, 3)).toEqual({ b: null });
    expect(changedTo({ b: 1 }, "b", null, null)).toEqual({});
  });

  test.each([
    ["2.5", 2.5],
    [" −2,5 ", -2.5],
    ["1\u2009000", 1000],
    ["1e3", 1000],
  ])("is read as people write it: %s", (text, value) => {
    expect(readNumber(text, { kind: "number", low: 0, high: 1, whole: false, missing: false })).toEqual({ value });
  });

  test.each(["", "abc", "NaN", "Infinity", "1,000.5", "--1"])("is no number: %s", (text) => {
    const range = { kind: "number", low: 0, high: 1, whole: false, missing: false } as const;
    expect(readNumber(text, range)).toEqual({ fault: "number" });
  });

  test("truth values are written as in Python", () => {
    expect([true, false, "yes", 3].map(textOf)).toEqual(["True", "False", "yes", "3"]);
  });

  test.each([
    [0.2, 0.998, false],
    [-3, 1e6, false],
    [0, 23, true],
    [5, 5, false],
    [1e-9, 3e-9, false],
  ])("a slider goes over the data in round steps: %d to %d", (low, high, whole) => {
    const { min, max, step } = endsOf({ kind: "number", low, high, whole, missing: false });
    expect(min).toBeLessThanOrEqual(low);
    expect(max).toBeGreaterThanOrEqual(high);
    expect(max).toBeGreaterThan(min);
    expect((max - min) / step).toBeLessThanOrEqual(202);
    if (whole) expect(Number.isInteger(step)).toBe(true);
  });
});

test("long names keep both ends", () => {
  const measure = (text: string) => text.length;
  expect(cut("temperature at noon", 30, measure)).toBe("temperature at noon");
  const short = cut("temperature at noon", 12, measure);
  expect(short.length).toBeLessThanOrEqual(12);
  expect(short).toMatch(/^tem.*….*noon$/);
});
