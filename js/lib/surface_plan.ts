// How PDPSurface's traits and frames become the state of its views.
import { createInbox, inOrder } from "./inbox";
import type { Plan } from "./session";
import { type Surface, toSurface } from "./surface_frame";
import { type SurfaceSettings, type SurfaceState, surfaceKernelTraits, surfaceTraitNames } from "./surface_state";

export function createSurfacePlan(): Plan<SurfaceState, SurfaceSettings, Surface> {
  return {
    traits: surfaceTraitNames,
    asking: surfaceKernelTraits,
    reports: ["column_names"],
    empty: { surface: null },
    openInbox: (acknowledge) =>
      createInbox<SurfaceState, Surface>({
        decode: toSurface,
        accept: inOrder((surface) => ({ surface })),
        acknowledge,
      }),
  };
}
