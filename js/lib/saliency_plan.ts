// How SaliencyMap's traits and frames become the state of its views.
import { type AttributionMap, type Picture, toMap, toPicture } from "./attribution";
import { createFrameLog } from "./frames";
import { createInbox } from "./inbox";
import { type ColourRange, nextRange } from "./range";
import type { Plan } from "./session";
import { kernelTraits, type Settings, type State, traitNames } from "./state";

export function createSaliencyPlan(): Plan<State, Settings, AttributionMap> {
  let held: ColourRange | null = null;
  return {
    traits: traitNames,
    asking: kernelTraits,
    reports: ["scores"],
    empty: { picture: null, map: null, curve: [], range: 0 },
    openInbox(acknowledge) {
      const log = createFrameLog();
      let pictures: Picture[] = []; // the newest two: a picture waits for its map, so that both change together
      const shown = (change: Partial<State> = {}): Partial<State> => {
        const picture = pictures.find(({ index }) => index === log.map?.header.index) ?? pictures[0] ?? null;
        return { picture, ...change };
      };
      return createInbox<State, AttributionMap>({
        decode: toMap,
        accept: (map) => (log.accept(map) ? shown({ map: log.map, curve: log.curve }) : null),
        acknowledge,
        more: {
          picture(frame) {
            if (frame) pictures = [toPicture(frame), ...pictures].slice(0, 2);
            return shown();
          },
        },
      });
    },
    settle(state, dragging) {
      held = rangeOf(state, held, dragging);
      return { ...state, range: held?.end ?? 0 };
    },
  };
}

/** The colour range holds still while samples come or a hand drags, and settles when they have come. */
function rangeOf({ map, traits }: State, held: ColourRange | null, dragging: boolean): ColourRange | null {
  if (!map) return null;
  const ended = map.header.finished || traits.status === "cancelled" || traits.status === "failed";
  return nextRange(held, map, traits.clip_percentile, ended && !dragging);
}
