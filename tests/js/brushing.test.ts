import { describe, expect, test } from "vitest";
import { ticksBetween } from "../../js/lib/axis";
import { noColumns } from "../../js/lib/ice_columns";
import { drawnOf, readSelection, toCurves, writeSelection } from "../../js/lib/ice_curves";
import type { Brush, IceState } from "../../js/lib/ice_state";
import { widened } from "../../js/lib/scale";
import { decodeFrame } from "../../js/lib/wire";
import { answer } from "../../js/views/ice/answer";
import { brushed, marksOf, passing, rowsOf } from "../../js/views/ice/brushing";
import { spread } from "../../js/views/ice/layout";
import { meanOf, percentileOf, standardErrorOf } from "../../js/views/ice/summary";
import cases from "../fixtures/brush/cases.json";
import { curvesFrame, iceTraits, selectionOf } from "./ice_fake";

const bundle = (x: number[], ...curves: number[][]) => ({
  count: curves.length,
  x: Float64Array.from(x),
  values: Float64Array.from(curves.flat()),
});
const box = (x: [number, number], y: [number, number], op: Brush["op"] = "and"): Brush => ({ x, y, op });
const curvesOf = (...frame: Parameters<typeof curvesFrame>) => toCurves(decodeFrame(curvesFrame(...frame))!);

describe("a curve passes through a box", () => {
  const peak = bundle([0, 1, 2], [0, 10, 0], [5, 5, 5], [0, 0, 0]);

  test.each<[string, [number, number], [number, number], number[]]>([
    ["with a point in it", [0.9, 1.1], [9, 11], [1, 0, 0]],
    ["with a part of a segment in it, and no point", [0.4, 0.6], [4, 6], [1, 1, 0]],
    ["by crossing it from below to above, with no point and no end in it", [0.45, 0.55], [4.9, 5.1], [1, 1, 0]],
    ["not by what it does beside it", [0.4, 0.6], [8, 9], [0, 0, 0]],
    ["by touching its edge", [0, 2], [10, 12], [1, 0, 0]],
    ["a box of no width", [0.5, 0.5], [4.9, 5.1], [1, 1, 0]],
    ["a box beyond the ends of the grid", [-5, 0.2], [0, 1], [1, 0, 1]],
    ["a box that lies beside the grid", [3, 4], [0, 10], [0, 0, 0]],
    ["a box around everything", [-9, 9], [-9, 19], [1, 1, 1]],
  ])("%s", (_, x, y, expected) => {
    expect([...passing(peak, { x, y })]).toEqual(expected);
  });

  test("one point of the grid", () => {
    const single = bundle([3], [1], [2]);
    expect([...passing(single, box([2, 4], [1.5, 3]))]).toEqual([0, 1]);
    expect([...passing(single, box([4, 5], [0, 9]))]).toEqual([0, 0]);
  });

  test("as densely sampled polylines do", () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    const x = [0, 0.7, 1, 2.5, 4];
    const curves = Array.from({ length: 60 }, () => x.map(() => 10 * random()));
    const many = bundle(x, ...curves);
    const at = (curve: number[], place: number) => {
      const left = Math.max(0, Math.min(x.length - 2, x.filter((point) => point <= place).length - 1));
      const share = (place - x[left]!) / (x[left + 1]! - x[left]!);
      return curve[left]! + (curve[left + 1]! - curve[left]!) * share;
    };
    for (let round = 0; round < 40; round++) {
      const [a, b, c, d] = [4 * random(), 4 * random(), 10 * random(), 10 * random()];
      const [left, right, bottom, top] = [Math.min(a, b), Math.max(a, b), Math.min(c, d), Math.max(c, d)];
      const marks = passing(many, box([left, right], [bottom, top]));
      curves.forEach((curve, index) => {
        const samples = Array.from({ length: 801 }, (_, step) => at(curve, left + ((right - left) * step) / 800));
        if (samples.some((value) => value > bottom + 0.02 && value < top - 0.02)) expect(marks[index]).toBe(1);
        const [low, high] = [Math.min(...samples), Math.max(...samples)];
        if (high < bottom - 0.05 || low > top + 0.05) expect(marks[index]).toBe(0);
      });
    }
  });
});

test("what Python finds in the cases of both", () => {
  for (const { grid, curves, brushes, passing } of cases) {
    const found = brushed(bundle(grid, ...curves), brushes as Brush[]);
    expect([...found].map(Boolean)).toEqual(passing);
  }
});

describe("brushes combine", () => {
  const levels = bundle([0, 1], [1, 1], [2, 2], [3, 3], [4, 4]);
  const all = [0, 1] as [number, number];

  test("the first starts the set, whatever its operation; and, or, not in their order", () => {
    const marks = (...brushes: Brush[]) => [...brushed(levels, brushes)];
    expect(marks()).toEqual([0, 0, 0, 0]);
    expect(marks(box(all, [2, 3], "not"))).toEqual([0, 1, 1, 0]);
    expect(marks(box(all, [1, 3]), box(all, [3, 4], "and"))).toEqual([0, 0, 1, 0]);
    expect(marks(box(all, [1, 1]), box(all, [4, 4], "or"))).toEqual([1, 0, 0, 1]);
    expect(marks(box(all, [1, 4]), box(all, [2, 3], "not"))).toEqual([1, 0, 0, 1]);
    expect(marks(box(all, [1, 2]), box(all, [2, 2], "not"), box(all, [3, 3], "or"))).toEqual([1, 0, 1, 0]);
  });

  test("positions come sorted, and go back to the same curves", () => {
    const rows = Uint32Array.of(30, 5, 20, 1);
    const found = rowsOf(Uint8Array.of(1, 1, 0, 1), rows);
    expect([...found]).toEqual([1, 5, 30]);
    expect([...marksOf(found, rows)]).toEqual([1, 1, 0, 1]);
    expect([...readSelection(writeSelection(found))]).toEqual([1, 5, 30]);
    expect([...readSelection(selectionOf(7))]).toEqual([7]);
    expect([...readSelection(null)]).toEqual([]);
  });
});

describe("brushes and selection keep together", () => {
  const state = (traits: Parameters<typeof iceTraits>[0] = {}, curves = curvesOf()): IceState => ({
    traits: iceTraits(traits),
    curves,
    density: null,
    selectedDensity: null,
    columns: noColumns,
    kernel: "live",
    unreadable: null,
  });
  const low = box([0, 0], [2.5, 4.5]); // rows 103 and 104
  const before = state();

  test("a brush from Python selects", () => {
    const after = { ...before, traits: { ...before.traits, brush: [low] } };
    expect([...readSelection(answer(before, after)!.selection)]).toEqual([103, 104]);
  });

  test("no brush any more: nothing is selected", () => {
    const brushes = { ...before, traits: { ...before.traits, brush: [low], selection: selectionOf(103, 104) } };
    const after = { ...brushes, traits: { ...brushes.traits, brush: [] } };
    expect([...readSelection(answer(brushes, after)!.selection)]).toEqual([]);
  });

  test("a selection that the brushes do not give takes them away; the one that they give leaves them", () => {
    const brushes = { ...before, traits: { ...before.traits, brush: [low], selection: selectionOf(103, 104) } };
    const other = { ...brushes, traits: { ...brushes.traits, selection: selectionOf(101) } };
    expect(answer(brushes, other)).toEqual({ brush: [] });
    const same = { ...brushes, traits: { ...brushes.traits, selection: selectionOf(103, 104) } };
    expect(answer(brushes, same)).toBeNull();
  });

  test("more curves under a brush select more", () => {
    const few = state({ brush: [low], selection: selectionOf() }, curvesOf({ finished: false }, 1));
    const after = { ...few, curves: curvesOf({ sequence: 2 }) };
    expect([...readSelection(answer(few, after)!.selection)]).toEqual([103, 104]);
  });

  test("on new ground the rows stay selected, the brushes go", () => {
    const brushes = { ...before, traits: { ...before.traits, brush: [low], selection: selectionOf(103, 104) } };
    expect(answer(brushes, { ...brushes, curves: curvesOf({ feature: "hum", job: 2 }) })).toEqual({ brush: [] });
    const centred = { ...brushes, traits: { ...brushes.traits, centered: true } };
    expect(answer(brushes, centred)).toEqual({ brush: [] });
  });
});

describe("what is drawn", () => {
  test("centred curves are differences from their value at the anchor, also between points", () => {
    const curves = curvesOf();
    const centred = drawnOf(curves, true, 1.5);
    const row = curves.rows.indexOf(104);
    for (const x of [0, 1, 2, 3, 4]) expect(centred.values[row * 5 + x]).toBeCloseTo(x - 1.5, 3);
    expect(drawnOf(curves, true, 1.5)).toBe(centred);
    expect(drawnOf(curves, false, 1.5)).toBe(curves);
    expect(drawnOf(curves, true, null).values[row * 5]).toBe(0);
  });

  test("mean and percentiles", () => {
    const some = bundle([0, 1], [3, 0], [1, 10], [2, 5], [5, 5], [4, 2]);
    expect([...meanOf(some, Uint8Array.of(1, 1, 0, 0, 0))!]).toEqual([2, 5]);
    expect(meanOf(some, new Uint8Array(5))).toBeNull();
    expect([...percentileOf(some, 0.5)]).toEqual([3, 5]);
    expect(percentileOf(some, 0.1)[0]).toBeCloseTo(1.4);
    expect(percentileOf(some, 0.9)[0]).toBeCloseTo(4.6);
  });

  test("the standard error of a mean of some rows, and of all", () => {
    const some = bundle([0], [1], [2], [3]);
    expect(standardErrorOf(some, 1e9)![0]).toBeCloseTo(1 / Math.sqrt(3));
    expect(standardErrorOf(some, 6)![0]).toBeCloseTo(Math.sqrt(0.5 / 3));
    expect(standardErrorOf(some, 3)![0]).toBe(0);
    expect(standardErrorOf(bundle([0], [1]), 3)).toBeNull();
  });

  test("a broken frame is refused in words", () => {
    const broken = curvesFrame();
    broken.header.grid = [1, 2];
    expect(() => toCurves(decodeFrame(broken)!)).toThrow("grid of 2");
  });

  test("a row's own value is missing where it is no number, and else as it is", () => {
    const frame = curvesFrame();
    frame.buffers[2] = new DataView(Float32Array.from({ length: 10 }, (_, k) => (k ? -1e30 : Number.NaN)).buffer);
    const { own } = toCurves(decodeFrame(frame)!);
    expect([own[0], own[1]]).toEqual([Number.NaN, Math.fround(-1e30)]);
  });

  test("labels keep their distance, near to where they belong", () => {
    expect(spread([10, 50, 90], 16, 0, 100)).toEqual([10, 50, 90]);
    expect(spread([50, 52], 16, 0, 100)).toEqual([43, 59]);
    expect(spread([99, 98, 97], 16, 0, 100)).toEqual([100, 84, 68]);
    expect(spread([5, 5], 16, 0, 100)).toEqual([0, 16]);
  });

  test("ticks lie at round numbers", () => {
    expect(ticksBetween(0.06, 0.86, 8).values.map((value) => ticksBetween(0.06, 0.86, 8).print(value))).toEqual([
      "0.1",
      "0.2",
      "0.3",
      "0.4",
      "0.5",
      "0.6",
      "0.7",
      "0.8",
    ]);
    const { print, fine, values } = ticksBetween(-1500, 4000, 6, true);
    expect(values.map(print)).toEqual(["−1\u2009000", "0", "+1\u2009000", "+2\u2009000", "+3\u2009000", "+4\u2009000"]);
    expect(fine(1234)).toBe("+1\u2009234");
    expect(ticksBetween(0, 3e-7, 5).power).toBe("\u00a0×\u00a010⁻⁷");
    expect(ticksBetween(2, 2, 5).values).toEqual([2]);
  });

  test("values that are all one, or nearly, have room around them", () => {
    expect(widened([0, 2], 0.5)).toEqual([-1, 3]);
    expect(widened([4, 4], 0)).toEqual([2, 6]);
    expect(widened([0, 5e-324], 0.04)).toEqual([-0.5, 0.5]);
  });
});
