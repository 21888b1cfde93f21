// The entry of PDPSurface: joins the widget model, its session and its views.
import type { Surface } from "./lib/surface_frame";
import { createSurfacePlan } from "./lib/surface_plan";
import type { SurfaceSettings, SurfaceState } from "./lib/surface_state";
import { createWidget } from "./lib/widget";
import { createSurfaceView } from "./views/surface/view";

export default createWidget<SurfaceState, SurfaceSettings, Surface>({
  name: "PDPSurface",
  kind: "pdp-surface",
  createPlan: createSurfacePlan,
  createView: createSurfaceView,
  shown: ({ surface }) => surface,
  hooks({ surface, traits }) {
    const cursor = { "data-cursor": JSON.stringify(traits.cursor) };
    if (!surface) return cursor;
    const { features } = surface.header;
    return {
      ...cursor,
      "data-features": features.join(" "),
    };
  },
});
