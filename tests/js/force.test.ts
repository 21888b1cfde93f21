import { expect, test } from "vitest";
import { placeOfRow, recordAt, toForce, toOrdering, valueAt } from "../../js/lib/force_frame";
import { chosenOf, columnsOf, orderOf, standOf } from "../../js/lib/force_order";
import { fitting, spreadApart } from "../../js/lib/shap_labels";
import { explainerOf, percentOf, printerFor, unitsOf } from "../../js/lib/shap_words";
import { decodeFrame } from "../../js/lib/wire";
import { createWords } from "../../js/lib/words";
import { barOf } from "../../js/views/force/bar_layout";
import { moved, zoomed } from "../../js/views/force/window";
import { forceFrame, orderingFrame, record, valueIn } from "./force_fake";

const words = createWords("en");
const decoded = (rows = 40) => toForce(decodeFrame(forceFrame(rows))!);
const measure = (text: string) => 6 * text.length;

test("values come back nearly as they were", () => {
  const force = decoded();
  for (const row of [0, 7, 39]) {
    for (const feature of [0, 1, 2, 3]) {
      expect(valueAt(force, feature, row)).toBeCloseTo(valueIn(row, feature, 40), 3);
    }
  }
  const row = recordAt(force, 3);
  expect(row.features[0]).toBe(0);
  expect(row.base! + row.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(row.value, 3);
  expect(row.data).toContain(103);
});

test("a frame that lacks a part is refused", () => {
  const frame = forceFrame(4);
  expect(() => toForce(decodeFrame({ ...frame, arrays: [], buffers: [] })!)).toThrow("values");
  const header = { ...frame.header, features: [] };
  expect(() => toForce(decodeFrame({ ...frame, header } as never)!)).toThrow("features");
});

test("rows are found by their place in the table", () => {
  const force = { ...decoded(3), rows: Uint32Array.of(2, 5, 9) };
  expect([2, 5, 9, 3, 0, 10].map((row) => placeOfRow(force, row))).toEqual([0, 1, 2, -1, -1, -1]);
  expect(standOf(force, { places: Uint32Array.of(2, 0, 1), found: true }, 5)).toBe(2);
  expect(standOf(force, { places: Uint32Array.of(2, 0, 1), found: true }, 4)).toBeNull();
});

test("rows stand by their output, ties and all", () => {
  const outputs = Float32Array.of(0.5, -3, Number.NaN, -0.25, 7e20, 0.5, -1e-30, 0);
  const force = { ...decoded(8), outputs };
  expect([...orderOf(force, "output", null).places]).toEqual([1, 3, 6, 7, 0, 5, 4, 2]);
});

test("an order of the kernel is taken where it is of what is shown", () => {
  const force = decoded(4);
  const ordering = toOrdering(decodeFrame(orderingFrame([2, 0, 3, 1])));
  expect([...orderOf(force, "similarity", ordering).places]).toEqual([2, 0, 3, 1]);
  for (const wrong of [{ job: 2 }, { output: 1 }, { order: "hum" }]) {
    const other = toOrdering(decodeFrame(orderingFrame([2, 0, 3, 1], wrong)));
    expect(orderOf(force, "similarity", other).found).toBe(false);
  }
  expect(orderOf(force, "similarity", toOrdering(decodeFrame(orderingFrame([0, 1])))).found).toBe(false);
  expect(orderOf(force, "hum", null)).toMatchObject({ found: true });
});

test("columns are means of neighbours, and add up to the output", () => {
  const force = decoded(40);
  const { places } = orderOf(force, "original", null);
  const columns = columnsOf(force, places, 0, 40, 10, 2);
  expect(columns.rows).toBe(4);
  expect(columns.bands.length).toBe(4);
  for (let column = 0; column < 10; column++) {
    const rows = [0, 1, 2, 3].map((k) => 4 * column + k);
    const mean = rows.reduce((sum, row) => sum + valueIn(row, 0, 40), 0) / 4;
    expect(columns.bands[0]![column]).toBeCloseTo(mean, 3);
    const total = columns.bands.reduce((sum, band) => sum + band[column]!, 0.5);
    expect(columns.outputs[column]).toBeCloseTo(total, 3);
  }
  const few = columnsOf(force, places, 10, 14, 100, 2);
  expect(few.rows).toBe(1);
  expect(new Set(few.outputs).size).toBe(4);
});

test("a selection is known by rows, and has a mean output", () => {
  const force = decoded(10);
  const { marks, count, meanOutput } = chosenOf(force, Uint32Array.of(1, 4, 70));
  expect(count).toBe(2);
  expect([...marks.keys()].filter((place) => marks[place])).toEqual([1, 4]);
  expect(meanOutput).toBeCloseTo((force.outputs[1]! + force.outputs[4]!) / 2, 5);
});

test("the window zooms about a row and never leaves the rows", () => {
  expect(zoomed([0, 100], 100, 2, 20)).toEqual([10, 60]);
  expect(zoomed([10, 60], 100, 0.1, 20)).toBeNull();
  expect(zoomed([0, 100], 100, 1000, 0)).toEqual([0, 8]);
  expect(moved([10, 60], 100, 70)).toEqual([50, 100]);
  expect(moved([10, 60], 100, -70)).toEqual([0, 50]);
});

test("labels keep apart, in order and within bounds", () => {
  for (let round = 0; round < 200; round++) {
    const count = 1 + (round % 9);
    const labels = Array.from({ length: count }, (_, k) => ({
      at: ((Math.sin(round * 7.1 + k * 3.3) + 1) / 2) * 500,
      width: 20 + ((round * 13 + k * 29) % 30),
    }));
    const places = spreadApart(labels, 0, 500, 6);
    const ordered = labels.map((label, k) => ({ ...label, place: places[k]! })).sort((a, b) => a.place - b.place);
    expect(ordered[0]!.place - ordered[0]!.width / 2).toBeGreaterThanOrEqual(-1e-9);
    expect(ordered.at(-1)!.place + ordered.at(-1)!.width / 2).toBeLessThanOrEqual(500 + 1e-9);
    for (let k = 1; k < count; k++) {
      const gap = ordered[k]!.place - ordered[k]!.width / 2 - (ordered[k - 1]!.place + ordered[k - 1]!.width / 2);
      expect(gap).toBeGreaterThanOrEqual(6 - 1e-9);
      expect(ordered[k]!.at).toBeGreaterThanOrEqual(ordered[k - 1]!.at);
    }
  }
  expect(spreadApart([{ at: 50, width: 10 }], 0, 100, 6)).toEqual([50]);
  expect(spreadApart([], 0, 100, 6)).toEqual([]);
  expect(fitting([40, 40, 40], 100, 10)).toBe(2);
});

test("the arrows of a row meet at the output, and what has no label is counted", () => {
  const row = record({ rest: { raising: 5, raised: 0.5, lowering: 2, lowered: -0.1 }, value: 2.81 });
  const features = row.values.map((_, feature) => `feature ${feature}`);
  const bar = barOf(row, features, 500, 3, printerFor(5), words, measure);
  const raising = bar.arrows.filter(({ value }) => value > 0);
  const lowering = bar.arrows.filter(({ value }) => value < 0);
  expect(raising[0]!.to).toBeCloseTo(2.81);
  expect(lowering[0]!.from).toBeCloseTo(2.81);
  expect(bar.raised).toBeCloseTo(5.62 + 0.5);
  expect(bar.labels.map(({ part }) => part)).toEqual([0, 1, 2]);
  expect(bar.rest.raising + bar.rest.lowering).toBe(row.values.length - 3 + 7);
  expect(bar.rest.raised).toBeCloseTo(bar.raised - 2.5 - 1.25);
  expect(bar.rest.lowered).toBeCloseTo(bar.lowered + 1.5);
});

test("numbers are as fine as their span asks", () => {
  expect(printerFor(6).signed(0.936)).toBe("+0.94");
  expect(printerFor(6).plain(-0.001)).toBe("0");
  expect(printerFor(3e5).plain(139_800)).toBe("139\u2009800");
  expect(printerFor(0.05).plain(-0.02131)).toBe("\u22120.0213");
  expect(printerFor(4e-9).signed(2e-9)).toBe("+2\u00a0×\u00a010⁻⁹");
});

test("log-odds are told in percent", () => {
  expect(percentOf(0)).toBe("50.0 %");
  expect(percentOf(2.334)).toBe("91.2 %");
  expect(percentOf(-6)).toBe("0.25 %");
  expect(percentOf(40)).toBe(">99.99 %");
});

test("an explainer says why it was taken, and what it asks", () => {
  const by = (method: string | null) => explainerOf({ ...decoded().header, method }, words);
  expect(by("TreeSHAP, path-dependent")).toContain("the trees themselves");
  expect(by("ExactSHAP")).toContain("all coalitions of its 4 features, 1\u2009600 predictions");
  expect(by("KernelSHAP")).toContain("more than 12 features");
  expect(by(null)).toBe("");
  expect(by("PartitionSHAP")).toBe("");
});

test("units say of what they are", () => {
  const of = (units: "log_odds" | "score" | null, outputs: string[], of_classes = false) =>
    unitsOf({ units, outputs, output: 0, of_classes }, words);
  expect(of("log_odds", ["malignant"])).toBe("log-odds of malignant");
  expect(of("score", ["price"])).toBe("price");
  expect(of("score", ["1"], true)).toBe("score of class 1");
  expect(of(null, [""])).toBe("model output");
});
