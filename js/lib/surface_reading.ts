// What a surface says at a place: between its points in proportion, and of categories their own.
import { bisectRight } from "d3-array";
import type { Axis, Coordinate, Surface } from "./surface_frame";

/** Where on each axis: a number at its value, a category at its position. */
export type Place = [number, number];

export interface Between {
  left: number;
  /** The way from the left point to the next, 0 to 1. */
  share: number;
}

export function between({ places, names }: Axis, place: number): Between {
  const last = places.length - 1;
  if (names) return { left: Math.min(last, Math.max(0, Math.round(place))), share: 0 };
  const left = Math.max(0, Math.min(last, bisectRight(places, place)) - 1);
  const share = (place - places[left]!) / (places[left + 1]! - places[left]!);
  return { left, share: Math.min(1, Math.max(0, share)) };
}

export function readSurface({ x, y, values }: Surface, place: Place): number {
  const [across, up] = [between(x, place[0]), between(y, place[1])];
  const count = y.places.length;
  const along = (offset: number) => {
    const value = values[offset + up.left]!;
    return up.share ? value + (values[offset + up.left + 1]! - value) * up.share : value;
  };
  const value = along(across.left * count);
  return across.share ? value + (along((across.left + 1) * count) - value) * across.share : value;
}

/** How many rows are near the point that is nearest to a place. */
export function nearAt({ x, y, near }: Surface, place: Place): number {
  const [i, j] = [x, y].map((axis, side) => {
    const { left, share } = between(axis, place[side]!);
    return share > 0.5 ? left + 1 : left;
  });
  return near[i! * y.places.length + j!]!;
}

/** The values across at a height, and the values up at a place across. */
export function sections(surface: Surface, [across, up]: Place): [Float64Array, Float64Array] {
  return [
    surface.x.places.map((place) => readSurface(surface, [place, up])),
    surface.y.places.map((place) => readSurface(surface, [across, place])),
  ];
}

/** Where a cursor stands; one that belongs to other features stands in the middle of the data. */
export function placeOf({ x, y, header: { middle } }: Surface, cursor: [Coordinate, Coordinate] | null): Place {
  return [x, y].map(
    (axis, side) => placeOn(axis, cursor?.[side] ?? null) ?? placeOn(axis, middle[side]!) ?? 0,
  ) as Place;
}

function placeOn({ names, places }: Axis, wanted: Coordinate | null): number | null {
  if (names) {
    const found = names.indexOf(String(wanted));
    return found < 0 ? null : found;
  }
  if (typeof wanted !== "number") return null;
  return Math.min(places[places.length - 1]!, Math.max(places[0]!, wanted));
}

/** A place in data units. */
export function coordinatesOf({ x, y }: Surface, place: Place): [Coordinate, Coordinate] {
  return [x, y].map(({ names }, side) => (names ? names[Math.round(place[side]!)]! : place[side]!)) as [
    Coordinate,
    Coordinate,
  ];
}
