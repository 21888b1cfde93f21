// Many coloured curves at once: on each pixel the mean colour of the curves that lie on it.
import type { Rgb } from "../../lib/colour";
import type { Bundle } from "../../lib/ice_curves";
import { count, type Places } from "./density";

const ONE = 0.25; // opacity of a pixel with one curve
const ALL = 0.95; // of the fullest

/** Paint curves, each in a colour of its own; as many as `full` on one pixel make it nearly opaque. */
export function paintColoured(
  image: ImageData,
  bundle: Bundle,
  places: Places,
  inkOf: (curve: number) => Rgb,
  full: number,
): void {
  const { width, height } = places;
  const curves = Uint32Array.from({ length: bundle.count }, (_, curve) => curve);
  const changesBy = (weightOf: (curve: number) => number) => {
    const changes = new Int32Array(width * (height + 1));
    count(bundle, curves, places, changes, Int32Array.from(curves, weightOf));
    return changes;
  };
  const counts = changesBy(() => 1);
  const channels = [0, 1, 2].map((channel) => changesBy((curve) => inkOf(curve)[channel]!));
  const sums = [0, 0, 0];
  for (let column = 0; column < width; column++) {
    let lying = 0;
    sums.fill(0);
    for (let row = 0; row < height; row++) {
      const change = column * (height + 1) + row;
      lying += counts[change]!;
      const pixel = 4 * (row * width + column);
      channels.forEach((channel, index) => {
        sums[index]! += channel[change]!;
        image.data[pixel + index] = lying ? Math.round(sums[index]! / lying) : 0;
      });
      const share = lying ? Math.min(1, Math.log(lying) / Math.log(Math.max(2, full))) : 0;
      image.data[pixel + 3] = lying ? Math.round(255 * (ONE + (ALL - ONE) * share)) : 0;
    }
  }
}
