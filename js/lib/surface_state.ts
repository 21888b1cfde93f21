// What the views of PDPSurface draw from.
import type { Fault, SessionState, Status } from "./state";
import type { Coordinate, Surface } from "./surface_frame";

/** Traits that make the kernel work. */
export interface SurfaceKernelTraits {
  features: [string, string];
  grid_resolution: number;
  target: number | null;
  seed: number;
}

/** Traits that the browser draws by, alone. */
export interface SurfaceDrawingTraits {
  colormap: string;
  contours: boolean;
  /** In data units; null is the middle of the data. */
  cursor: [Coordinate, Coordinate] | null;
  language: string;
}

/** Traits that the kernel writes. */
export interface SurfaceReportedTraits {
  status: Status;
  job: number;
  column_names: string[];
  class_names: string[];
  /** The call that makes this picture. */
  code: string;
  error: Fault | null;
  notice: string;
}

export type SurfaceSettings = SurfaceKernelTraits & SurfaceDrawingTraits;
export type SurfaceTraits = SurfaceSettings & SurfaceReportedTraits;

export const surfaceKernelTraits = [
  "features",
  "grid_resolution",
  "target",
  "seed",
] as const satisfies (keyof SurfaceKernelTraits)[];

export const surfaceTraitNames = [
  ...surfaceKernelTraits,
  "colormap",
  "contours",
  "cursor",
  "language",
  "status",
  "job",
  "column_names",
  "class_names",
  "code",
  "error",
  "notice",
] as const satisfies (keyof SurfaceTraits)[];

export interface SurfaceState extends SessionState {
  traits: SurfaceTraits;
  surface: Surface | null;
}
