// The surface in words: its text alternative, what is read at a place, its status line, and what is said of changes.
import type { Ticks } from "../../lib/axis";
import { integer, percent, quantity } from "../../lib/format";
import type { Axis, Surface } from "../../lib/surface_frame";
import { nearAt, type Place, readSurface } from "../../lib/surface_reading";
import type { SurfaceState } from "../../lib/surface_state";
import type { Words } from "../../lib/words";
import { awaited, countOf, methodOf } from "../run_words";
import type { Phrase } from "../sentence";
import type { Drawing, Scene } from "./scene";

/** What is shown, and the power of ten of its numbers. */
export function titleOf({ surface, geometry }: Drawing): string {
  const { label } = surface.header;
  return label.charAt(0).toUpperCase() + label.slice(1) + geometry.ticks.power;
}

/** A place on each axis, in words. */
export function printPlace({ surface: { x, y }, geometry }: Drawing, place: Place): [string, string] {
  return [printOn(x, geometry.xTicks, place[0]), printOn(y, geometry.yTicks, place[1])];
}

function printOn({ names, whole }: Axis, ticks: Ticks | null, at: number): string {
  if (!ticks) return names![Math.round(at)]!;
  return whole && !ticks.power ? integer(at) : ticks.fine(at) + ticks.power;
}

/** Where, the value there, and how many rows speak for it. */
export function reading(drawing: Drawing, place: Place, words: Words): [string, string, string] {
  const { surface, geometry } = drawing;
  const [x, y] = printPlace(drawing, place);
  const told = { across: surface.x.name, x, up: surface.y.name, y };
  const value = geometry.ticks.fine(readSurface(surface, place)) + geometry.ticks.power;
  return [words("surface.place", told), value, rowsAt(surface, nearAt(surface, place), words)];
}

/** How many rows are near a point, or in a tile; nothing where the rows are not known. */
export function rowsAt({ x, y, header }: Surface, rows: number, words: Words): string {
  if (!header.total) return "";
  const where = x.names && y.names ? "surface.in" : "surface.near";
  return words(rows === 1 ? `${where}.one` : where, { count: integer(rows) });
}

export function describe({ drawing, words }: Scene): string {
  if (!drawing) return "";
  const { surface, cursor, geometry } = drawing;
  const count = surface.y.places.length;
  const at = (value: number) => {
    const index = surface.values.indexOf(value);
    const place: Place = [surface.x.places[Math.floor(index / count)]!, surface.y.places[index % count]!];
    const [x, y] = printPlace(drawing, place);
    return words("surface.place", { across: surface.x.name, x, up: surface.y.name, y });
  };
  const [low, high] = surface.range;
  const print = (value: number) => geometry.ticks.fine(value) + geometry.ticks.power;
  const told = { label: titleOf(drawing), across: surface.x.name, up: surface.y.name };
  const values = { low: print(low), lowest: at(low), high: print(high), highest: at(high) };
  const [place, value] = reading(drawing, cursor, words);
  const few = fewOf(surface);
  return [
    words("surface.describe", { ...told, ...values }),
    words("surface.describe.cursor", { place, value }),
    ...(few ? [words("surface.describe.few", { share: percent(few / surface.near.length) })] : []),
  ].join(" ");
}

export function statusPhrases({ surface, traits }: SurfaceState, words: Words): Phrase[] {
  if (!surface) return [{ text: awaited(traits, "state.waiting.rows", words) }];
  const { header, x, y } = surface;
  const error = header.standard_error;
  const hatched = x.names && y.names ? "surface.status.hatched.category" : "surface.status.hatched";
  return [
    ...(header.total ? [{ text: countOf(header, traits.status, words), strong: true }] : []),
    { text: words("surface.status.points", { across: x.places.length, up: y.places.length }) },
    ...(header.method ? [{ text: methodOf(header.method, words) }] : []),
    ...(error ? [{ text: words("ice.status.error", { value: quantity(Number(error.toPrecision(2))) }) }] : []),
    ...(fewOf(surface) ? [{ text: words(hatched, { least: header.least }) }] : []),
  ];
}

/** At how many points few rows are near. */
function fewOf({ near, header }: Surface): number {
  return near.reduce((count, rows) => count + (rows < header.least ? 1 : 0), 0);
}
