// What Python draws and says (tests/fixtures/colour/write.py), drawn and said by the browser.
import { expect, describe as group, test } from "vitest";
import type { AttributionMap, MapHeader, Picture } from "../../js/lib/attribution";
import { createRamps, type Rgb, type Theme } from "../../js/lib/colour";
import { digitsFor, percent, short } from "../../js/lib/format";
import { unitOf } from "../../js/lib/methods";
import { clipOf } from "../../js/lib/range";
import type { Sign, State, Status } from "../../js/lib/state";
import { createWords } from "../../js/lib/words";
import { describe } from "../../js/views/describe";
import { opaquePalette, overlayPalette, paintFaded, paintMap } from "../../js/views/pixels";
import { statusText } from "../../js/views/sentence";
import twins from "../fixtures/colour/twins.json";

const toHex = (bytes: Iterable<number>) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const rgbToHex = ({ data }: ImageData) => toHex(data.filter((_, index) => index % 4 !== 3));

function toMap(stored: number[][], scale: number, header = {}): AttributionMap {
  return {
    header: header as MapHeader,
    height: stored.length,
    width: stored[0]!.length,
    stored: Int16Array.from(stored.flat()),
    scale,
    error: null,
  };
}

test.each(twins.ramps)("colours of $name, $theme", ({ name, theme, page, ...arms }) => {
  const ramps = createRamps(name, theme as Theme, page as unknown as Rgb);
  for (const arm of ["positive", "negative", "magnitude"] as const) {
    expect(toHex(ramps[arm].flat())).toBe(arms[arm]);
  }
});

group("pixels", () => {
  test.each(twins.maps)("$colormap, $theme, $sign", (twin) => {
    const map = toMap(twin.stored, twin.scale);
    const end = clipOf(map, twin.clip_percentile);
    expect(end).toBeCloseTo(twin.end, 12);
    const ramps = createRamps(twin.colormap, twin.theme as Theme, twin.page as unknown as Rgb);
    const sign = twin.sign as Sign;
    expect(rgbToHex(paintMap(map, opaquePalette(ramps, twin.signed, sign), end))).toBe(twin.opaque);
    const overlay = overlayPalette(ramps, twin.signed, sign, twin.opacity, twin.threshold);
    expect(toHex(paintMap(map, overlay, end).data)).toBe(twin.overlay);
  });

  test.each(twins.pictures)("a faded picture on $page", ({ rgb, width, height, page, faded }) => {
    const bytes = Uint8Array.from(rgb.match(/../g)!, (pair) => Number.parseInt(pair, 16));
    const picture: Picture = { index: 0, width, height, rgb: bytes };
    expect(rgbToHex(paintFaded(picture, page as unknown as Rgb))).toBe(faded);
  });
});

group("words", () => {
  test.each(twins.numbers)("$value", (twin) => {
    expect(percent(twin.value)).toBe(twin.percent);
    expect(short(twin.value)).toBe(twin.short);
  });

  test.each(twins.digits)("digits up to $end", ({ end, values, power, signed, plain }) => {
    for (const significant of [2, 3] as const) {
      const digits = digitsFor(end, significant);
      expect(values.map(digits.signed)).toEqual(signed[significant]);
      expect(values.map(digits.plain)).toEqual(plain[significant]);
      expect(digits.power).toBe(power);
    }
  });

  test.each(twins.sentences)("$header.method, $status, $language", (twin) => {
    const words = createWords(twin.language);
    const map = toMap(twin.stored, twin.scale, twin.header);
    const range = clipOf(map, 99.5);
    expect(range).toBeCloseTo(twin.end, 12);
    const state = { map, range, traits: { status: twin.status as Status } } as State;
    expect(statusText(state, words)).toBe(twin.status_line);
    expect(describe(state, words, "over")).toBe(twin.description);
    expect(words(unitOf(twin.header.method, twin.header.multiply_by_inputs))).toBe(twin.unit);
  });
});
