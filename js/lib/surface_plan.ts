// How PDPSurface's traits and frames become the state of its views.
import { createInbox } from "./inbox";
import type { Plan } from "./session";
import { type Surface, toSurface } from "./surface_frame";
import { type SurfaceSettings, type SurfaceState, surfaceKernelTraits, surfaceTraitNames } from "./surface_state";

export function createSurfacePlan(): Plan<SurfaceState, SurfaceSettings, Surface> {
  return {
    traits: surfaceTraitNames,
    asking: surfaceKernelTraits,
    reports: ["column_names"],
    empty: { surface: null },
    openInbox(acknowledge) {
      let shown: Surface | null = null;
      return createInbox<SurfaceState, Surface>({
        decode: toSurface,
        accept(surface) {
          if (shown && !follows(shown, surface)) return null;
          shown = surface;
          return { surface };
        },
        acknowledge,
      });
    },
  };
}

/** Nothing older than what has been seen is shown. */
function follows({ header: before }: Surface, { header: after }: Surface): boolean {
  return after.job > before.job || (after.job === before.job && after.sequence > before.sequence);
}
