import { describe, expect, test } from "vitest";
import type { Rgb } from "../../js/lib/colour";
import { paintColoured } from "../../js/views/ice/coloured_density";

const bundle = { count: 4, x: Float64Array.of(0, 1), values: Float64Array.of(1, 1, 1, 1, 1, 1, 2, 2) };
const places = { width: 3, height: 4, columns: Float64Array.of(0, 2), zero: 0, up: 1 };
const codes = Uint8Array.of(0, 1, 1, 0);
const inks: Rgb[] = [
  [200, 0, 0],
  [0, 0, 100],
];

function painted(named: boolean, marks = Uint8Array.of(1, 1, 1, 1)) {
  const data = new Uint8ClampedArray(4 * places.width * places.height);
  const image = { width: places.width, height: places.height, data } as unknown as ImageData;
  paintColoured(image, bundle, marks, places, { codes, inks, named }, [9, 9, 9], 4);
  return (row: number) => [...data.subarray(4 * places.width * row, 4 * places.width * row + 4)];
}

describe("many coloured curves", () => {
  test("categories: a pixel has the colour of most of its curves", () => {
    const at = painted(true);
    expect(at(1).slice(0, 3)).toEqual([0, 0, 100]);
    expect(at(2).slice(0, 3)).toEqual([200, 0, 0]);
    expect(at(0)).toEqual([0, 0, 0, 0]);
    expect(at(2)[3]).toBeGreaterThan(140);
  });

  test("numbers: it has their mean colour", () => {
    const at = painted(false);
    expect(at(1).slice(0, 3)).toEqual([67, 0, 67]);
    expect(at(1)[3]).toBeGreaterThan(at(2)[3]!);
  });

  test("curves that are not marked are not there", () => {
    const at = painted(true, Uint8Array.of(1, 0, 0, 1));
    expect(at(1).slice(0, 3)).toEqual([200, 0, 0]);
  });
});
