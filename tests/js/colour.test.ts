import { describe, expect, test } from "vitest";
import { colormapNames, contrast, createRamps, parseHex, type Rgb, toOklab } from "../../js/lib/colour";
import { opaquePalette, overlayPalette } from "../../js/views/pixels";
import colormaps from "../../xai_widgets/tables/colormaps.json";

const pages: Record<"light" | "dark", Rgb> = { light: [255, 255, 255], dark: [17, 17, 17] };
const themes = ["light", "dark"] as const;

describe.each(themes)("colour maps in the %s", (theme) => {
  const page = pages[theme];

  test("zero is the page", () => {
    const ramps = createRamps("red_blue", theme, page);
    for (const arm of [ramps.positive, ramps.negative, ramps.magnitude]) expect(arm[0]).toEqual(page);
  });

  test.each(colormapNames)("%s ends at its last stops", (name) => {
    const ramps = createRamps(name, theme, page);
    for (const arm of ["positive", "negative", "magnitude"] as const) {
      expect(ramps[arm]).toHaveLength(256);
      expect(ramps[arm][255]).toEqual(parseHex(colormaps[name][theme][arm].at(-1)!));
    }
  });

  test.each(colormapNames)("%s goes in even steps of lightness", (name) => {
    const ramps = createRamps(name, theme, page);
    for (const arm of [ramps.positive, ramps.negative, ramps.magnitude]) {
      const lightness = arm.map((colour) => toOklab(colour)[0]);
      const [first, last] = [lightness[0]!, lightness[255]!];
      lightness.forEach((value, level) => {
        expect(value).toBeCloseTo(first + ((last - first) * level) / 255, 1.6);
      });
    }
  });

  test.each(["red_blue", "purple_green"])("both arms of %s are equally strong", (name) => {
    const { positive, negative } = createRamps(name, theme, page);
    for (const level of [64, 128, 192, 255]) {
      expect(toOklab(positive[level]!)[0]).toBeCloseTo(toOklab(negative[level]!)[0], 1.6);
    }
  });

  test("the ends of the arms stand out from the page", () => {
    const { positive, negative } = createRamps("red_blue", theme, page);
    expect(contrast(positive[255]!, page)).toBeGreaterThan(3);
    expect(contrast(negative[255]!, page)).toBeGreaterThan(3);
  });
});

describe("palettes", () => {
  const ramps = createRamps("red_blue", "light", pages.light);
  const alpha = (pixel: number) => pixel >>> 24;

  test("an overlay is transparent below the threshold and rises above it", () => {
    const { positive } = overlayPalette(ramps, true, "all", 0.8, 0.5);
    expect(alpha(positive[0]!)).toBe(0);
    expect(alpha(positive[126]!)).toBe(0);
    expect(alpha(positive[200]!)).toBeGreaterThan(alpha(positive[150]!));
    expect(alpha(positive[255]!)).toBe(Math.round(0.8 * 255));
  });

  test("a sign that is not wanted leaves no colour", () => {
    const overlay = overlayPalette(ramps, true, "positive", 1, 0);
    expect(new Set(overlay.negative)).toEqual(new Set([0]));
    expect(alpha(overlay.positive[255]!)).toBe(255);
    const opaque = opaquePalette(ramps, true, "negative");
    expect(new Set(opaque.positive).size).toBe(1);
    expect(new Set(opaque.negative).size).toBeGreaterThan(100);
  });

  test("magnitudes have one arm for both signs", () => {
    for (const [signed, sign] of [
      [true, "absolute"],
      [false, "all"],
    ] as const) {
      const { positive, negative } = opaquePalette(ramps, signed, sign);
      expect(Array.from(negative)).toEqual(Array.from(positive));
    }
  });
});
