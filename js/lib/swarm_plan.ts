// How the traits and frames of plots of dots become the state of their views.
import { createInbox, inOrder } from "./inbox";
import type { Plan } from "./session";
import { type DotsHeader, type Scatter, toChosen, toScatter } from "./swarm_frame";
import type { DotsSettings, DotsState, DotsTraits } from "./swarm_state";

interface Options<Header extends DotsHeader> {
  traits: readonly (keyof DotsTraits & string)[];
  asking: readonly (keyof DotsSettings & string)[];
  /** How many dots a row has. */
  lines(header: Header): number;
  answer(before: DotsState<Header>, after: DotsState<Header>): Partial<DotsSettings> | null;
}

export function createDotsPlan<Header extends DotsHeader>({
  traits,
  asking,
  lines,
  answer,
}: Options<Header>): Plan<DotsState<Header>, DotsSettings, Scatter<Header>> {
  return {
    traits,
    asking,
    reports: ["output_names", "hovered"],
    empty: { scatter: null, chosen: null },
    openInbox: (acknowledge) =>
      createInbox<DotsState<Header>, Scatter<Header>>({
        decode: toScatter<Header>(lines),
        accept: inOrder((scatter) => ({ scatter })),
        acknowledge,
        more: { chosen: (frame) => ({ chosen: toChosen(frame) }) },
      }),
    answer,
  };
}
