// Where things go, by the width of the container alone.

export type Panel = "over" | "map" | "picture";
export type Panels = "both" | Panel;

export interface Layout {
  /** There is room for one column. */
  narrow: boolean;
  /** The rail lies under the pictures instead of beside them. */
  beneath: boolean;
  /** There is room for two pictures. */
  roomy: boolean;
  panels: Panel[];
  /** Size of one picture. */
  width: number;
  height: number;
  rail: number;
}

const NARROW = 640;
const ROOMY = 780;
const GAP = 16;
const TALLEST = 600;
const FLATTEST = 250; // of pictures that have the rail beside them

export function layoutFor(container: number, aspect: number, wanted: Panels): Layout {
  const narrow = container < NARROW;
  const roomy = container >= ROOMY;
  const panels: Panel[] = wanted === "both" ? (roomy ? ["over", "map"] : ["over"]) : [wanted];
  const beside = Math.round(Math.min(190, Math.max(136, container * 0.16)));
  const sizeWithin = (room: number) => {
    const width = Math.max(1, Math.floor(Math.min((room + GAP) / panels.length - GAP, TALLEST / aspect)));
    return { width, height: Math.max(1, Math.round(width * aspect)) };
  };
  const size = sizeWithin(container - beside - GAP);
  const beneath = narrow || size.height < FLATTEST;
  return {
    narrow,
    beneath,
    roomy,
    panels,
    rail: beneath ? container : beside,
    ...(beneath ? sizeWithin(container) : size),
  };
}
