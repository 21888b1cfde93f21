// Images of more curves than a page holds, as the kernel counts them.
import type { Filters } from "./ice_columns";
import type { Curves } from "./ice_curves";
import type { IceDrawingTraits } from "./ice_state";
import type { Frame } from "./wire";

interface DensityHeader {
  job: number;
  centered: boolean;
  anchor: number | null;
  /** The values at the lower and the upper edge. */
  low: number;
  high: number;
  /** How many curves it is of. */
  count: number;
  mean: number[] | null;
  /** What is left out, and how many rows are selected. */
  filters: Filters;
  selected: number;
}

/** From the first point of the grid to the last, the highest values first. */
export interface DensityImage {
  header: DensityHeader;
  width: number;
  height: number;
  /** The cube root of a pixel's count, 255 where it is full. */
  shades: Uint8Array;
  mean: Float64Array | null;
}

export function toDensityImage(frame: Frame | null): DensityImage | null {
  if (!frame) return null;
  const field = frame.fields.get("shades");
  if (field?.shape.length !== 2 || !(field.data instanceof Uint8Array)) {
    throw new Error("A frame carries no density of two dimensions.");
  }
  const [height, width] = field.shape as [number, number];
  const header = frame.header as unknown as DensityHeader;
  return { header, width, height, shades: field.data, mean: header.mean && Float64Array.from(header.mean) };
}

/** Tell whether an image is of these curves, as they are drawn. */
export function shows({ header }: DensityImage, curves: Curves, traits: IceDrawingTraits): boolean {
  const { centered, anchor, filters } = traits;
  const zero = header.centered === centered && (!centered || header.anchor === anchor);
  return zero && header.job === curves.header.job && JSON.stringify(header.filters) === JSON.stringify(filters);
}
