// Many coloured curves at once: on each pixel the colour of the curves that lie on it.
import type { Rgb } from "../../lib/colour";
import type { Bundle } from "../../lib/ice_curves";
import type { RowInks } from "../../lib/row_colours";
import { count, type Places } from "./density";

const ONE = 0.25; // opacity of a pixel with one curve
const ONE_NAMED = 0.6; // where the colour must be told by its name
const ALL = 0.95; // of the fullest
const MOST = 10000; // curves whose colours are looked at: the first, as rows come in a random order

/** Goes down the columns of an image. */
interface Colouring {
  begin(): void;
  /** Step to the next pixel, write its colour and return how many curves lie there. */
  next(change: number, colour: Float64Array): number;
}

/**
 * Paint the marked curves, each in a colour of its own; as many as `full` on one pixel make it nearly opaque. Where none of those
 * lies whose colours are looked at, the curves are `plain`.
 */
export function paintColoured(
  image: ImageData,
  bundle: Bundle,
  marks: Uint8Array,
  places: Places,
  rowInks: RowInks,
  plain: Rgb,
  full: number,
): void {
  const { width, height } = places;
  const drawn = Uint32Array.from(marks.keys()).filter((curve) => marks[curve]);
  const counted: Counted = (curves, weight = 1, changes = new Int32Array(width * (height + 1))) => {
    count(bundle, curves, places, changes, weight);
    return changes;
  };
  const colouring = (rowInks.named ? mostFrequent : blended)(byCode(drawn.subarray(0, MOST), rowInks), counted);
  const others = counted(drawn.subarray(MOST));
  const { data } = image;
  const least = rowInks.named ? ONE_NAMED : ONE;
  const fullest = Math.log(Math.max(2, full));
  const colour = new Float64Array(3);
  for (let column = 0; column < width; column++) {
    colouring.begin();
    let unseen = 0;
    let change = column * (height + 1);
    for (let pixel = 4 * column; pixel < data.length; pixel += 4 * width, change++) {
      const seen = colouring.next(change, colour);
      unseen += others[change]!;
      if (!(seen + unseen)) continue;
      data.set(seen ? colour : plain, pixel);
      data[pixel + 3] = 255 * (least + (ALL - least) * Math.min(1, Math.log(seen + unseen) / fullest));
    }
  }
}

type Counted = (curves: Uint32Array, weight?: number, changes?: Int32Array) => Int32Array;
type Coloured = { ink: Rgb; curves: Uint32Array }[];

function byCode(curves: Uint32Array, { codes, inks }: RowInks): Coloured {
  const used = new Set(Array.from(curves, (curve) => codes[curve]!));
  return [...used].map((code) => ({ ink: inks[code]!, curves: curves.filter((curve) => codes[curve] === code) }));
}

/** The mean colour: of numbers it is that of the mean. */
function blended(parts: Coloured, counted: Counted): Colouring {
  const none = new Uint32Array();
  const bands = Array.from({ length: 4 }, () => counted(none));
  for (const { ink, curves } of parts) {
    for (const [band, changes] of bands.entries()) counted(curves, ink[band] ?? 1, changes);
  }
  const sums = new Float64Array(4);
  return {
    begin: () => sums.fill(0),
    next(change, colour) {
      for (let band = 0; band < 4; band++) sums[band]! += bands[band]![change]!;
      for (let channel = 0; channel < 3; channel++) colour[channel] = sums[channel]! / sums[3]!;
      return sums[3]!;
    },
  };
}

/** The colour of most: between categories there is none. */
function mostFrequent(parts: Coloured, counted: Counted): Colouring {
  const bands = parts.map(({ curves }) => counted(curves));
  const lying = new Int32Array(parts.length);
  return {
    begin: () => lying.fill(0),
    next(change, colour) {
      let [all, most] = [0, 0];
      for (let band = 0; band < lying.length; band++) {
        lying[band]! += bands[band]![change]!;
        all += lying[band]!;
        if (lying[band]! <= most) continue;
        most = lying[band]!;
        colour.set(parts[band]!.ink);
      }
      return all;
    },
  };
}
