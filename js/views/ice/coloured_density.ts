// Many coloured curves at once: on each pixel the mean colour of the curves that lie on it.
import type { Rgb } from "../../lib/colour";
import type { Bundle } from "../../lib/ice_curves";
import type { RowInks } from "../../lib/row_colours";
import { count, type Places } from "./density";

const ONE = 0.25; // opacity of a pixel with one curve
const ALL = 0.95; // of the fullest
const MOST = 10000; // curves whose colours are looked at: the first, as rows come in a random order

/**
 * Paint the marked curves, each in a colour of its own; as many as `full` on one pixel make it nearly opaque. Where none of those
 * lies whose colours are looked at, the curves are `plain`.
 */
export function paintColoured(
  image: ImageData,
  bundle: Bundle,
  marks: Uint8Array,
  places: Places,
  { codes, inks }: RowInks,
  plain: Rgb,
  full: number,
): void {
  const { width, height } = places;
  const bands = Array.from({ length: 4 }, () => new Int32Array(width * (height + 1)));
  const [seen, reds, greens, blues] = bands as [Int32Array, Int32Array, Int32Array, Int32Array];
  const drawn = Uint32Array.from(marks.keys()).filter((curve) => marks[curve]);
  for (const [code, curves] of byCode(drawn.subarray(0, MOST), codes)) {
    [1, ...inks[code]!].forEach((weight, band) => {
      count(bundle, curves, places, bands[band]!, weight);
    });
  }
  const counts = seen.slice();
  count(bundle, drawn.subarray(MOST), places, counts, 1);
  const { data } = image;
  const fullest = Math.log(Math.max(2, full));
  for (let column = 0; column < width; column++) {
    let [lying, known, red, green, blue] = [0, 0, 0, 0, 0];
    let change = column * (height + 1);
    for (let pixel = 4 * column; pixel < data.length; pixel += 4 * width, change++) {
      lying += counts[change]!;
      known += seen[change]!;
      red += reds[change]!;
      green += greens[change]!;
      blue += blues[change]!;
      if (!lying) continue;
      data[pixel] = known ? red / known : plain[0];
      data[pixel + 1] = known ? green / known : plain[1];
      data[pixel + 2] = known ? blue / known : plain[2];
      data[pixel + 3] = 255 * (ONE + (ALL - ONE) * Math.min(1, Math.log(lying) / fullest));
    }
  }
}

function byCode(curves: Uint32Array, codes: Uint8Array): [number, Uint32Array][] {
  const used = new Set(Array.from(curves, (curve) => codes[curve]!));
  return [...used].map((code) => [code, curves.filter((curve) => codes[curve] === code)]);
}
