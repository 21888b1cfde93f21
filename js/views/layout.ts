// Where things go, by the width of the container alone.

export type Panel = "over" | "map" | "picture";
export type Panels = "both" | Panel;

export interface Layout {
  /** The rail lies under the picture instead of beside it. */
  narrow: boolean;
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

export function layoutFor(container: number, aspect: number, wanted: Panels): Layout {
  const narrow = container < NARROW;
  const roomy = container >= ROOMY;
  const panels: Panel[] = wanted === "both" ? (roomy ? ["over", "map"] : ["over"]) : [wanted];
  const rail = narrow ? container : Math.round(Math.min(190, Math.max(136, container * 0.16)));
  const room = narrow ? container : (container - rail - GAP * panels.length) / panels.length;
  const width = Math.max(1, Math.floor(Math.min(room, TALLEST / aspect)));
  return { narrow, roomy, panels, width, height: Math.max(1, Math.round(width * aspect)), rail };
}
