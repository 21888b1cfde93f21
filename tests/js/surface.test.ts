import { describe, expect, test } from "vitest";
import { toSurface } from "../../js/lib/surface_frame";
import { coordinatesOf, nearAt, placeOf, readSurface, sections } from "../../js/lib/surface_reading";
import { decodeFrame } from "../../js/lib/wire";
import { createWords } from "../../js/lib/words";
import { segmentsAt } from "../../js/views/surface/contours";
import { rowsAt } from "../../js/views/surface/describe";
import type { FrameRecord } from "./fake";
import { seasons, surfaceFrame } from "./surface_fake";

const surfaceOf = (frame: FrameRecord) => toSurface(decodeFrame(frame)!);
const uneven: [number[], number[]] = [
  [0, 1, 5],
  [-2, 0, 10],
];

describe("a surface is read", () => {
  test("between its points in proportion: what is bilinear in each cell exactly", () => {
    const f = (x: number, y: number) => 3 + 2 * x - y + x * y;
    const surface = surfaceOf(surfaceFrame({ axes: uneven }, f));
    for (const [x, y] of [
      [0, -2],
      [0.25, -1],
      [3, 7],
      [5, 10],
      [1, 0],
    ] as [number, number][]) {
      expect(readSurface(surface, [x, y])).toBeCloseTo(f(x, y), 2);
    }
  });

  test("with dots in double precision where single would move them", () => {
    const frame = surfaceFrame();
    const dots = Float64Array.of(1.7e12, 1, 1.7e12 + 1, 0);
    frame.arrays[2]!.dtype = "float64";
    frame.buffers[2] = new DataView(dots.buffer);
    expect([...surfaceOf(frame).dots]).toEqual([...dots]);
  });

  test("of categories at their own", () => {
    const surface = surfaceOf(surfaceFrame({ axes: [seasons, [0, 1]], middle: ["spring", 0.5] }));
    expect(readSurface(surface, [2, 0.5])).toBeCloseTo(1, 3);
    expect(readSurface(surface, [1.2, 1])).toBeCloseTo(1, 3);
  });

  test("its sections are the values along both axes; those of a sum are parallel", () => {
    const surface = surfaceOf(surfaceFrame({}, (x, y) => x ** 2 + 5 * y));
    const [one] = sections(surface, [2, 0]);
    const [other, up] = sections(surface, [2, 1.5]);
    one.forEach((value, index) => {
      expect(other[index]! - value).toBeCloseTo(7.5, 2);
    });
    expect([...up].map((value) => Math.round(value))).toEqual([4, 9, 14]);
  });

  test("of rows that are not known nothing is said", () => {
    const words = createWords("en");
    expect(rowsAt(surfaceOf(surfaceFrame()), 7, words)).toBe("7 rows near");
    expect(rowsAt(surfaceOf(surfaceFrame({ done: 0, total: 0 })), 0, words)).toBe("");
  });

  test("rows near are those of the nearest point", () => {
    const surface = surfaceOf(surfaceFrame());
    expect(nearAt(surface, [2.6, 1.6])).toBe(1);
    expect(nearAt(surface, [2.4, 1.6])).toBe(7);
  });
});

describe("a cursor", () => {
  const surface = surfaceOf(surfaceFrame({ axes: [seasons, [0, 1, 2]], middle: ["summer", 0.5] }));

  test.each([
    [null, [2, 0.5]],
    [
      ["spring", 1.5],
      [1, 1.5],
    ],
    [
      ["spring", 99],
      [1, 2],
    ],
    [
      ["autumn", -1],
      [2, 0],
    ],
    [
      [1.5, "spring"],
      [2, 0.5],
    ],
  ] as [[string | number, string | number] | null, number[]][])("%j stands at %j", (cursor, place) => {
    expect(placeOf(surface, cursor)).toEqual(place);
  });

  test("goes there and back", () => {
    expect(coordinatesOf(surface, [1, 0.25])).toEqual(["spring", 0.25]);
  });
});

describe("contours", () => {
  test("of a plane are one straight line where it takes the value", () => {
    const surface = surfaceOf(surfaceFrame({ axes: uneven }, (x, y) => x + 2 * y));
    const segments = segmentsAt(surface, 3.3);
    expect(segments.length).toBeGreaterThan(1);
    for (const [x, y] of segments.flat()) expect(x + 2 * y).toBeCloseTo(3.3, 3);
  });

  test("of a saddle keep apart what its middle keeps apart", () => {
    const axes: [number[], number[]] = [
      [0, 1],
      [0, 1],
    ];
    const heights = [3, 0, 0, 2]; // at (0, 0), (0, 1), (1, 0), (1, 1)
    const surface = surfaceOf(surfaceFrame({ axes }, (x, y) => heights[2 * x + y]!));
    const joined = segmentsAt(surface, 1); // the middle is 1.25: the high corners are joined, the low ones cut off
    expect(joined).toHaveLength(2);
    for (const segment of joined) {
      const [x, y] = [0, 1].map((side) => (segment[0][side]! + segment[1][side]!) / 2);
      expect(Math.abs(x! - y!)).toBeGreaterThan(0.3);
    }
    for (const segment of segmentsAt(surface, 1.5)) {
      const [x, y] = [0, 1].map((side) => (segment[0][side]! + segment[1][side]!) / 2);
      expect(Math.abs(x! - y!)).toBeLessThan(0.3);
    }
  });

  test("of categories cross each band where it takes the value", () => {
    const surface = surfaceOf(surfaceFrame({ axes: [seasons, [0, 1]] }, (x, y) => x + 4 * y));
    const heights = segmentsAt(surface, 2.5).map(([[, y]]) => y);
    [0.625, 0.375, 0.125].forEach((height, band) => {
      expect(heights[band]).toBeCloseTo(height, 3);
    });
  });
});

test.each([
  ["no surface", (frame: FrameRecord) => frame.arrays.splice(0, 1) && frame.buffers.splice(0, 1)],
  ["surface", (frame: FrameRecord) => (frame.header.axes = [[1, 2], [1]])],
  ["axes", (frame: FrameRecord) => delete frame.header.axes],
  [
    "no numbers",
    (frame: FrameRecord) =>
      (frame.header.axes = [
        [0, 1, 2, 3, "four"],
        [0, 1, 2],
      ]),
  ],
])("a broken frame is refused: %s", (told, spoil) => {
  const frame = surfaceFrame();
  spoil(frame);
  expect(() => surfaceOf(frame)).toThrow(told);
});
