import { describe, expect, test } from "vitest";
import { readAt, toMap, toPicture } from "../../js/lib/attribution";
import { decodeFrame } from "../../js/lib/wire";
import noSignal from "../fixtures/wire/no_signal.json";
import picture from "../fixtures/wire/picture.json";
import saliency from "../fixtures/wire/saliency.json";
import { frameOf, HEIGHT, mapFrame, pictureFrame, WIDTH } from "./fake";

type Golden = typeof saliency | typeof picture | typeof noSignal;

/** The bytes at an offset inside a longer buffer, as a message brings them. */
function bytes(base64: string, offset: number): DataView {
  const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const longer = new Uint8Array(content.length + offset + 3).fill(255);
  longer.set(content, offset);
  return new DataView(longer.buffer, offset, content.length);
}

function decodeGolden({ header, arrays, buffers }: Golden, offset: number) {
  return decodeFrame(
    { header, arrays },
    buffers.map((text) => bytes(text, offset)),
  );
}

describe("golden frames, which Python packs", () => {
  test.each([0, 1, 2, 4])("a map and its error, %i bytes into their buffers", (offset) => {
    const frame = decodeGolden(saliency, offset);
    expect(frame?.header).toEqual(saliency.header);
    for (const name of ["map", "error"] as const) {
      const field = frame?.fields.get(name);
      const values = Array.from(field?.data ?? [], (stored) => stored * (field?.scale ?? 0));
      const given = saliency.given[name].flat();
      expect(values).toHaveLength(given.length);
      for (const [index, value] of values.entries()) {
        expect(Math.abs(value - given[index]!)).toBeLessThanOrEqual(0.51 * field!.scale);
      }
    }
  });

  test("a map of zeros", () => {
    const field = decodeGolden(noSignal, 1)?.fields.get("map");
    expect(Array.from(field!.data)).toEqual([0, 0]);
    expect(field!.scale).toBe(0);
  });

  test("a picture", () => {
    const frame = decodeGolden(picture, 1)!;
    expect(Array.from(toPicture(frame).rgb)).toEqual(picture.given.rgb.flat(2));
  });
});

describe("what is not a frame", () => {
  test("nothing yet is an empty record", () => {
    expect(decodeFrame({})).toBeNull();
  });

  test("bytes that do not fit the shape are refused, by name", () => {
    const frame = mapFrame();
    frame.arrays[0]!.shape = [HEIGHT, WIDTH + 1];
    expect(() => decodeFrame(frame)).toThrow(/"map" of shape 8 x 11/);
  });

  test("an unknown type is refused, by name", () => {
    const frame = mapFrame();
    frame.arrays[1]!.dtype = "complex64";
    expect(() => decodeFrame(frame)).toThrow(/complex64/);
  });

  test("a missing buffer is refused", () => {
    const frame = mapFrame();
    frame.buffers.pop();
    expect(() => decodeFrame(frame)).toThrow(/2 arrays but carries 1/);
  });

  test("a header without its numbers is refused", () => {
    const { sequence, ...rest } = mapFrame().header;
    expect(sequence).toBe(1);
    expect(() => toMap(decodeFrame({ ...mapFrame(), header: rest })!)).toThrow(/"sequence"/);
  });

  test("a map is no picture and a picture is no map", () => {
    expect(() => toPicture(decodeFrame(mapFrame())!)).toThrow(/picture/);
    expect(() => toMap(decodeFrame(pictureFrame())!)).toThrow(/map/);
  });
});

describe("reading a value", () => {
  const stored = new Int16Array(HEIGHT * WIDTH);
  stored[2 * WIDTH + 3] = -100;

  test("by row and column of the input, with its error", () => {
    const map = toMap(decodeFrame(frameOf(stored, 0.5))!);
    const reading = readAt(map, 2 * WIDTH + 3);
    expect(reading).toMatchObject({ row: 2, column: 3, value: -50 });
    expect(reading.error).toBeCloseTo(0.2);
  });

  test("of an input that is larger than the map", () => {
    const map = toMap(decodeFrame(frameOf(stored, 0.5, { input_height: 3 * HEIGHT, input_width: 2 * WIDTH }))!);
    expect(readAt(map, 8 * 2 * WIDTH + 7)).toMatchObject({ row: 8, column: 7, value: -50 });
    expect(readAt(map, 5 * 2 * WIDTH + 7).value).toBe(0);
  });
});
