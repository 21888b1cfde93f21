import { describe, expect, test } from "vitest";
import { binsOf, countIn, rangeOf } from "../../js/lib/ice_bins";
import { type Columns, canFilter, type Filters, passing, toColumns } from "../../js/lib/ice_columns";
import { readSelection, toCurves, writeSelection } from "../../js/lib/ice_curves";
import type { IceState } from "../../js/lib/ice_state";
import { decodeFrame } from "../../js/lib/wire";
import { answer } from "../../js/views/ice/answer";
import { fewOf, pick, shownOf } from "../../js/views/ice/filtering";
import { createPictures } from "../../js/views/ice/picture";
import { meanOf } from "../../js/views/ice/summary";
import { columnsFrame, curvesFrame, iceTraits, rise, selectionOf } from "./ice_fake";

const columns = toColumns(decodeFrame(columnsFrame()));
const curves = toCurves(decodeFrame(curvesFrame())!);
const rowsOf = (marks: Uint8Array) => [...marks.keys()].filter((row) => marks[row]);
const state = (traits: Parameters<typeof iceTraits>[0] = {}, known: Columns = columns): IceState => ({
  traits: iceTraits(traits),
  curves,
  columns: known,
  density: null,
  selectedDensity: null,
  kernel: "live",
  unreadable: null,
});

describe("rows that pass", () => {
  test("ranges have their ends, categories are listed, and what is missing passes nothing", () => {
    const rows = (filters: Filters) => rowsOf(passing(columns, filters, 200)).filter((row) => row >= 100 && row < 110);
    expect(rows({ hum: [0.2, 0.4] })).toEqual([102, 103, 104]);
    expect(rows({ season: ["winter"] })).toEqual([100, 103, 106]);
    expect(rows({ hum: [0, 0.6], season: ["winter", "spring"] })).toEqual([100, 101, 103, 104, 106]);
    expect(rows({ season: ["winter", "spring", "summer"] })).not.toContain(109);
    expect(rows({ season: [] })).toEqual([]);
    expect(rows({ season: [null] })).toEqual([109]);
    expect(rows({})).toHaveLength(10);
  });

  test("a filter waits for its column", () => {
    expect(canFilter(columns, { hum: [0, 1] })).toBe(true);
    expect(canFilter(columns, { hum: [0, 1], wind: [0, 1] })).toBe(false);
    expect(canFilter(toColumns(null), {})).toBe(true);
  });
});

describe("what is drawn of them", () => {
  const filters = { hum: [0.2, 0.4] };
  const picture = (traits: Parameters<typeof iceTraits>[0]) => createPictures()(state(traits), false)!;

  test("the mean, the bands and the error are of the curves that pass", () => {
    const made = picture({ filters, bands: true });
    expect(made.showing).toBe(3);
    expect([...made.mean!].map((value) => Number(value.toFixed(2)))).toEqual([0, 1, 2, 3, 4].map((x) => rise(3, x)));
    expect(made.bands![0][0]).toBeCloseTo(2.2, 2);
    expect(made.error).toBe(0);
    expect(picture({}).mean![0]).toBeCloseTo(4.5);
  });

  test("the mean of centred curves is the mean less its value at the anchor", () => {
    const [plain, centred] = [picture({ filters }), picture({ filters, centered: true, anchor: 2 })];
    const zero = plain.mean![2]!;
    centred.mean!.forEach((value, point) => {
      expect(value).toBeCloseTo(plain.mean![point]! - zero);
    });
  });

  test("of rows that are not there yet, the error is that of a sample", () => {
    const more = { hum: [0.2, 1.4] }; // eight of those drawn, and five of which there is no curve
    expect(picture({ filters: more }).error).toBeGreaterThan(0);
  });

  test("selected curves are those that pass; none passes, no mean", () => {
    const selection = selectionOf(100, 102, 104);
    expect(picture({ filters, selection }).chosen).toBe(2);
    const none = picture({ filters: { season: [] }, selection, bands: true });
    expect([none.mean, none.bands, none.chosenMean, none.showing]).toEqual([null, null, null, 0]);
  });

  test("marked curves alone have the mean of the marked", () => {
    const marks = shownOf(curves, passing(columns, filters, 200));
    const part = pick(curves, marks, 3);
    expect([...meanOf(part, Uint8Array.of(1, 1, 1))!]).toEqual([...meanOf(curves, marks)!]);
  });

  test("few rows are told of those that pass", () => {
    const every = new Uint8Array(10).fill(1);
    expect(fewOf(curves, every)).toEqual([false, false, false, false, false]);
    expect(
      fewOf(
        curves,
        every.map((_, curve) => (curves.own[curve]! < 1.5 ? 1 : 0)),
      ),
    ).toEqual([false, false, false, true, true]);
  });
});

describe("brushes and filters keep together", () => {
  const brush = [{ x: [0, 4], y: [0, 20], op: "and" }] as IceState["traits"]["brush"];
  const filters = { hum: [0.2, 0.4] };
  const before = state({ brush, selection: writeSelection(curves.rows.slice().sort()) });
  const rows = (change: ReturnType<typeof answer>) => [...readSelection(change!.selection)];

  test("new filters select anew under the brush", () => {
    expect(rows(answer(before, state({ ...before.traits, filters })))).toEqual([102, 103, 104]);
  });

  test("and wait for their columns", () => {
    const waiting = state({ ...before.traits, filters }, new Map());
    expect(answer({ ...before, columns: new Map() }, waiting)).toBeNull();
    expect(rows(answer(waiting, { ...waiting, columns }))).toEqual([102, 103, 104]);
  });

  test("without a brush the selection stays", () => {
    const chosen = state({ selection: selectionOf(100) });
    expect(answer(chosen, state({ ...chosen.traits, filters }))).toBeNull();
  });

  test("a brush that the kernel takes away with its ground leaves the rows", () => {
    const asked = { ...before, traits: { ...before.traits, feature: "hum" } };
    expect(answer(before, asked)).toEqual({ brush: [] });
    expect(answer(before, { ...asked, traits: { ...asked.traits, brush: [] } })).toBeNull();
  });
});

describe("bars", () => {
  test("whole numbers have a bar each, others one of forty, categories their own", () => {
    const whole = { values: Float64Array.of(3, 5, 5, Number.NaN), categories: null };
    expect(rangeOf(whole)).toEqual({ low: 3, high: 5, whole: true });
    expect([...countIn(binsOf(whole, rangeOf(whole)), null)]).toEqual([1, 0, 2]);
    expect([...countIn(binsOf(whole, rangeOf(whole)), Uint8Array.of(0, 1, 0, 1))]).toEqual([0, 0, 1]);
    const real = { values: Float64Array.of(0, 0.5, 1), categories: null };
    const counts = countIn(binsOf(real, rangeOf(real)), null);
    expect([counts.length, counts[0], counts[20], counts[39]]).toEqual([40, 1, 1, 1]);
    const words = { values: Int32Array.of(1, 1, -1), categories: ["a", "b"] };
    expect([...countIn(binsOf(words, null), null)]).toEqual([0, 2]);
    expect(rangeOf({ values: Float64Array.of(Number.NaN), categories: null })).toBeNull();
  });
});
