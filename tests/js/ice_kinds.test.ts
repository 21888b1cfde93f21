// What is drawn of curves, and in which colours: the same numbers as Python's, and what cannot be drawn is not.
import { describe, expect, test } from "vitest";
import type { Rgb, Theme } from "../../js/lib/colour";
import { noColumns } from "../../js/lib/ice_columns";
import { readSelection, toCurves } from "../../js/lib/ice_curves";
import { bundleOf, lookOf, slopes } from "../../js/lib/ice_kinds";
import type { IceState, IceTraits } from "../../js/lib/ice_state";
import { legendOf } from "../../js/lib/legend";
import { inksOf } from "../../js/lib/row_colours";
import { decodeFrame } from "../../js/lib/wire";
import { createWords } from "../../js/lib/words";
import { answer } from "../../js/views/ice/answer";
import { createPictures } from "../../js/views/ice/picture";
import twins from "../fixtures/curves/twins.json";
import { categoryFrame, curvesFrame, effectsFrame, iceTraits, selectionOf } from "./ice_fake";

const curvesOf = (...frame: Parameters<typeof curvesFrame>) => toCurves(decodeFrame(curvesFrame(...frame))!);
const effects = () => toCurves(decodeFrame(effectsFrame())!);
const categories = () => toCurves(decodeFrame(categoryFrame())!);
const stateOf = (traits: Partial<IceTraits>, curves = curvesOf()): IceState => ({
  traits: iceTraits(traits),
  curves,
  columns: noColumns,
  density: null,
  selectedDensity: null,
  kernel: "live",
  unreadable: null,
});

describe("slopes", () => {
  test.each(twins.slopes)("over $grid", ({ grid, curves, slopes: expected }) => {
    slopes(Float64Array.from(grid), curves).forEach((slope, index) => {
      expect(slope).toBeCloseTo(expected[index]!, 9);
    });
  });

  test("of straight lines are flat, and so is their mean", () => {
    const curves = curvesOf();
    const { bundle, mean, look } = createPictures()(stateOf({ kind: "derivative", centered: true }, curves), false)!;
    expect(look).toEqual({ kind: "derivative", centered: false, anchor: null });
    const curve = curves.rows.indexOf(108);
    for (let point = 0; point < 5; point++) expect(bundle.values[curve * 5 + point]).toBeCloseTo(2, 3);
    for (const slope of mean!) expect(slope).toBeCloseTo(4.5 / 4, 3);
    expect(bundleOf(curves, iceTraits({ kind: "derivative" }))).toBe(bundle);
  });
});

describe("what can be drawn", () => {
  test("categories and single values have no slopes", () => {
    expect(lookOf(categories(), iceTraits({ kind: "derivative" })).kind).toBe("both");
    expect(lookOf(curvesOf({}, 10, [0, 2, 1, 3, 4]), iceTraits({ kind: "derivative" })).kind).toBe("both");
    const single = curvesOf({ few: [false], mean: [1] }, 1, [3]);
    expect(lookOf(single, iceTraits({ kind: "derivative", centered: true }))).toMatchObject({
      kind: "both",
      centered: true,
    });
  });

  test("effects are drawn when they are there, curves until then", () => {
    expect(lookOf(curvesOf(), iceTraits({ kind: "ale" })).kind).toBe("both");
    expect(lookOf(effects(), iceTraits({ kind: "ale" })).kind).toBe("ale");
    expect(lookOf(effects(), iceTraits({ kind: "individual", centered: true })).kind).toBe("ale");
  });

  test("of effects one line; a selection stays, and is counted", () => {
    const pictures = createPictures();
    const picture = pictures(
      stateOf({ kind: "ale", selection: selectionOf(101, 103), bands: true }, effects()),
      false,
    )!;
    expect([...picture.mean!]).toEqual([-2, -1, 0, 1, 2]);
    expect(picture).toMatchObject({ chosen: 2, chosenMean: null, bands: null, highlighted: [] });
    expect(picture.bundle.count).toBe(0);
    expect(picture.y[0]).toBeLessThan(-2);
  });

  test("slopes are new ground for a brush, and effects for none", () => {
    const brush = [{ x: [0, 4], y: [1.9, 2.1], op: "and" }] as IceTraits["brush"];
    const before = stateOf({ brush, selection: selectionOf(108) });
    const sloping = { ...before, traits: { ...before.traits, kind: "derivative" as const } };
    expect(answer(before, sloping)).toEqual({ brush: [] });
    const brushed = { ...sloping, traits: { ...sloping.traits, brush: [...brush], selection: selectionOf() } };
    expect([
      ...readSelection(answer({ ...sloping, traits: { ...sloping.traits, brush: [] } }, brushed)!.selection),
    ]).toEqual([108]);
    const empty = stateOf({ kind: "ale", selection: selectionOf(108) }, effects());
    expect(answer(empty, { ...empty, traits: { ...empty.traits, brush } })).toBeNull();
  });
});

describe("colours", () => {
  const toHex = (inks: Rgb[]) => inks.flatMap((ink) => ink.map((byte) => byte.toString(16).padStart(2, "0"))).join("");

  test.each(twins.inks)("are Python's: numeric $header.numeric, $theme", ({ header, theme, inks }) => {
    expect(toHex(inksOf(header, theme as Theme))).toBe(inks);
  });

  test("a legend wraps within its room, and takes none where nothing is coloured", () => {
    const names = ["clear", "mist", "a very long name of a category that does not fit into the room"];
    const header = { by: "sky", of_target: false, numeric: false, names, others: 3, missing: true };
    const measure = (text: string) => 6 * text.length;
    const { items, height } = legendOf(header, createWords("en"), 200, measure);
    expect(items).toHaveLength(6);
    for (const { item, x } of items) expect(x + item.width).toBeLessThanOrEqual(200);
    expect(height).toBeGreaterThan(items.at(-1)!.y);
    expect(legendOf(null, createWords("en"), 200, measure)).toEqual({ items: [], height: 0 });
  });
});
