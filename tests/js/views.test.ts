import { describe, expect, test } from "vitest";
import { toMap } from "../../js/lib/attribution";
import type { State } from "../../js/lib/state";
import { decodeFrame } from "../../js/lib/wire";
import { createWords } from "../../js/lib/words";
import { type Axis, beyond, domainOf, placeOf, valueAt } from "../../js/views/bar_axis";
import { describe as tell } from "../../js/views/describe";
import { layoutFor } from "../../js/views/layout";
import { statusText } from "../../js/views/sentence";
import { type FrameRecord, frameOf, mapFrame, traits } from "./fake";

const words = createWords("en");
const state = (frame: FrameRecord | null, changes: Parameters<typeof traits>[0] = {}): State => ({
  traits: traits(changes),
  picture: null,
  map: frame && toMap(decodeFrame(frame)!),
  curve: [],
  range: 1,
  kernel: "live",
  unreadable: null,
});

describe("the text alternative", () => {
  test("is made from the numbers", () => {
    expect(tell(state(mapFrame()), words, "map")).toBe(
      "SmoothGrad for star. Strongest positive value +1.00 at row 2, column 3. " +
        "Strongest negative value −0.50 at row 5, column 6. Positive values make 67 % of the total.",
    );
  });

  test("names places of the input, not of a smaller map", () => {
    const text = tell(state(mapFrame({ input_height: 20, input_width: 30 })), words, "map");
    expect(text).toContain("at row 5, column 9");
  });

  test("knows a map without sign, and one without signal", () => {
    const magnitude = frameOf(
      Int16Array.from({ length: 80 }, (_, index) => index),
      0.01,
      { signed: false },
    );
    expect(tell(state(magnitude), words, "map")).toContain("Largest value 0.79 at row 7, column 9.");
    expect(tell(state(frameOf(new Int16Array(80), 0)), words, "over")).toContain("every value is exactly 0");
    expect(tell(state(null), words, "map")).toBe("Waiting for the first samples.");
  });
});

describe("the status line", () => {
  test("tells the shown frame, not the settings", () => {
    const frame = mapFrame({ finished: false, done: 16, method: "smoothgrad", noise_level: 0.15 });
    expect(statusText(state(frame, { status: "running", noise_level: 0.3, method: "vargrad" }), words)).toBe(
      "SmoothGrad, 16 of 50 samples, noise 15 % of the input range (sigma 0.71), sampling error 40 % of the map",
    );
  });

  test("says in words when there is more noise than signal", () => {
    expect(statusText(state(mapFrame({ relative_error: 1.62 })), words)).toContain(
      "sampling error 162 % of the map: more noise than signal",
    );
  });

  test("has no error yet from one pair, and none for exact methods", () => {
    expect(statusText(state(mapFrame({ done: 2, relative_error: null })), words)).toContain("no sampling error yet");
    const exact = mapFrame({ method: "gradient", sigma: null, noise_level: null, relative_error: null });
    expect(statusText(state(exact), words)).toBe("Gradient, one forward and one backward pass, exact");
  });

  test.each([
    ["cancelled", "stopped at 32 of 50 samples"],
    ["failed", "failed after 32 of 50 samples"],
    ["running", "32 of 50 samples"],
  ] as const)("%s", (status, expected) => {
    const text = statusText(state(mapFrame({ finished: false, done: 32 }), { status }), words);
    expect(text.split(", ")[1]).toBe(expected);
  });

  test("no signal, a multiplied map, an absolute noise, a method of the reader's", () => {
    expect(statusText(state(frameOf(new Int16Array(80), 0)), words)).toMatch(/no signal$/);
    expect(statusText(state(mapFrame({ multiply_by_inputs: true })), words)).toMatch(/^SmoothGrad × input, /);
    expect(statusText(state(mapFrame({ noise_level: null })), words)).toContain("noise sigma 0.71,");
    const given = { method: "custom", method_name: "Occlusion", sigma: null } as const;
    const own = mapFrame({ ...given, unit: "pass", relative_error: null });
    expect(statusText(state(own), words)).toBe("Occlusion, as the method gives it");
    const streamed = mapFrame({ ...given, finished: false, done: 16 });
    expect(statusText(state(streamed), words)).toBe(
      "Occlusion, 16 of 50 samples, as the method gives it, sampling error 40 % of the map",
    );
  });
});

describe("the layout", () => {
  test("goes by the width of the container", () => {
    expect(layoutFor(900, 1, "both")).toMatchObject({ narrow: false, panels: ["over", "map"] });
    expect(layoutFor(700, 1, "both")).toMatchObject({ narrow: false, panels: ["over"] });
    expect(layoutFor(500, 1, "both")).toMatchObject({ narrow: true, panels: ["over"], width: 500, rail: 500 });
    expect(layoutFor(900, 1, "picture").panels).toEqual(["picture"]);
  });

  test.each([360, 500, 640, 780, 900, 1200])("everything fits into %i pixels", (container) => {
    for (const wanted of ["both", "map"] as const) {
      const { beneath, panels, width, rail } = layoutFor(container, 0.5, wanted);
      const used = panels.length * (width + 16) - 16 + (beneath ? 0 : 16 + rail);
      expect(used).toBeLessThanOrEqual(container);
      expect(used).toBeGreaterThan(container - 24);
    }
  });

  test("the rail lies beneath flat pictures, not beside empty space", () => {
    expect(layoutFor(900, 0.5, "both")).toMatchObject({ narrow: false, beneath: true, width: 442, rail: 900 });
    expect(layoutFor(900, 0.5, "map")).toMatchObject({ narrow: false, beneath: false });
    expect(layoutFor(500, 3, "map")).toMatchObject({ narrow: true, beneath: true });
  });

  test("a tall picture keeps its shape and stays on the screen", () => {
    const { width, height } = layoutFor(900, 3, "map");
    expect(height).toBe(600);
    expect(width).toBe(200);
  });
});

describe("the axis of the colour bar", () => {
  test("runs over the signs that are shown", () => {
    expect(domainOf(true, "all", 2)).toEqual([-2, 2]);
    expect(domainOf(true, "positive", 2)).toEqual([0, 2]);
    expect(domainOf(true, "negative", 2)).toEqual([-2, 0]);
    expect(domainOf(true, "absolute", 2)).toEqual([0, 2]);
    expect(domainOf(false, "all", 2)).toEqual([0, 2]);
  });

  test.each([true, false])("places and values are each other's way back (upright: %s)", (vertical) => {
    const axis: Axis = { low: -2, high: 2, vertical, length: 100 };
    expect(placeOf(axis, 2)).toBe(vertical ? 0 : 100);
    for (const value of [-2, -0.3, 0, 1.5]) expect(valueAt(axis, placeOf(axis, value))).toBeCloseTo(value);
  });

  test("a clip follows the hand inside the bar and outruns it beyond", () => {
    expect(beyond(-0.5, 1)).toBe(0.5);
    expect(beyond(1, 1)).toBe(1);
    expect(beyond(2, 1)).toBeCloseTo(Math.E);
  });
});
