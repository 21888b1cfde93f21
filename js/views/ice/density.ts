// Many curves at once: how many lie on each pixel. When only some of them change, as under a moving brush, only
// these are counted anew.
import type { Bundle } from "../../lib/ice_curves";

export interface Look {
  colour: readonly [number, number, number];
  /** As many curves on one pixel make it nearly opaque. */
  full: number;
}

/** The size of the image, and places on it in pixels: of each point of the grid, and of a value (`value * up + zero`). */
export interface Places {
  width: number;
  height: number;
  columns: Float64Array;
  zero: number;
  up: number;
}

export interface Density {
  /** Count the curves that are marked, and no others. */
  show(marks: Uint8Array): void;
  paint(image: ImageData, look: Look): void;
}

const ONE = 0.07; // opacity of a pixel with one curve
const ALL = 0.92; // of the fullest

export function createDensity(bundle: Bundle, places: Places): Density {
  const { width, height } = places;
  // of each column from above to below: by how much the count of curves changes from pixel to pixel
  const changes = new Int32Array(width * (height + 1));
  const shown = new Uint8Array(bundle.count);
  const curves = new Uint32Array(bundle.count);
  return {
    show(marks) {
      const differing = (mark: number) => {
        let number = 0;
        for (let curve = 0; curve < bundle.count; curve++) {
          if (marks[curve] === mark && shown[curve] !== mark) curves[number++] = curve;
        }
        return curves.subarray(0, number);
      };
      count(bundle, differing(1), places, changes, 1);
      count(bundle, differing(0), places, changes, -1);
      shown.set(marks);
    },
    paint(image, look) {
      const pixels = new Uint32Array(image.data.buffer);
      const inks = inksOf(look);
      for (let column = 0; column < width; column++) {
        let lying = 0;
        let change = column * (height + 1);
        for (let pixel = column; pixel < pixels.length; pixel += width) {
          lying += changes[change++]!;
          pixels[pixel] = inks[lying < look.full ? lying : look.full]!;
        }
      }
    },
  };
}

/** Add a weight to the changes of the pixels that curves lie on. */
export function count(bundle: Bundle, curves: Uint32Array, places: Places, changes: Int32Array, weight: number): void {
  const number = curves.length;
  if (!number) return;
  const { width, height, columns } = places;
  const points = columns.length;
  let [from, to, before] = [0, 1, 2].map(() => new Float32Array(number)) as [Float32Array, Float32Array, Float32Array];
  let point = 0;
  rowsAt(bundle, curves, 0, places, from);
  rowsAt(bundle, curves, Math.min(1, points - 1), places, to);
  before.set(from);
  const last = Math.min(width - 1, Math.floor(columns[points - 1]!));
  for (let column = Math.max(0, Math.ceil(columns[0]!)); column <= last; column++) {
    while (point < points - 2 && columns[point + 1]! < column) {
      point++;
      [from, to] = [to, from];
      rowsAt(bundle, curves, point + 1, places, to);
    }
    const span = points > 1 ? columns[point + 1]! - columns[point]! : 0;
    const share = span > 0 ? Math.min(1, (column - columns[point]!) / span) : 0;
    const top = column * (height + 1);
    for (let index = 0; index < number; index++) {
      const start = from[index]!;
      const now = start + (to[index]! - start) * share;
      const then = before[index]!;
      before[index] = now;
      const rising = now < then;
      changes[top + ((rising ? now : then) | 0)]! += weight;
      changes[top + ((rising ? then : now) | 0) + 1]! -= weight;
    }
  }
}

/** The rows of the image on which the curves lie at a point of the grid. */
function rowsAt(bundle: Bundle, curves: Uint32Array, point: number, places: Places, into: Float32Array): void {
  const { height, zero, up } = places;
  const points = bundle.x.length;
  for (let index = 0; index < curves.length; index++) {
    const row = bundle.values[curves[index]! * points + point]! * up + zero;
    into[index] = row < 0 ? 0 : row > height - 1 ? height - 1 : row;
  }
}

/** Opacity grows with the logarithm of the count: one curve is seen, and so is which of two bundles is denser. */
function inksOf({ colour, full }: Look): Uint32Array {
  return Uint32Array.from({ length: full + 1 }, (_, curves) =>
    inkOf(colour, curves && Math.log(curves) / Math.log(full), curves > 0),
  );
}

/** A colour for a pixel, its opacity from that of one curve to that of the fullest. */
export function inkOf([red, green, blue]: Look["colour"], fullness: number, drawn: boolean): number {
  const opacity = drawn ? ONE + (ALL - ONE) * fullness : 0;
  return ((Math.round(255 * opacity) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
