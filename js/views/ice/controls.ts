// The row above the plot: which feature, and how its curves are drawn.
import { ticksBetween } from "../../lib/axis";
import { button, select } from "../../lib/controls";
import { classed, element, setAttributes, write } from "../../lib/dom";
import { quantity } from "../../lib/format";
import { isGiven, type Look, lookOf } from "../../lib/ice_kinds";
import type { IceTraits, Kind } from "../../lib/ice_state";
import { createChange } from "../../lib/memo";
import { onOff } from "../../lib/on_off";
import { isReachable } from "../../lib/state";
import { createTargetControl } from "../../lib/target";
import type { Words } from "../../lib/words";
import type { Actions, Controls, Drawing } from "./scene";

export interface ControlsRow extends Controls {
  /** Opens the filters. */
  filter: HTMLElement;
}

const NOTHING = ""; // no column's name in a table that can be read
const TARGET = "target";
const kinds = ["both", "individual", "average", "derivative", "ale"] as const satisfies Kind[];

export function createControls(actions: Actions, words: Words): ControlsRow {
  const { set } = actions;
  const moves = element("output");
  const feature = select(words("ice.feature"), [], (name) => set({ feature: name, brush: [] }), moves);
  const target = createTargetControl((target) => set({ target, brush: [] }), words);
  const kind = select(
    words("ice.kind"),
    kinds.map((value) => ({ value, text: words(`ice.kind.${value}`) })),
    (value) => {
      const { curves, traits } = actions.now();
      const kept =
        curves && isSloping(lookOf(curves, traits)) === isSloping(lookOf(curves, { ...traits, kind: value as Kind }));
      set(kept ? { kind: value as Kind } : { kind: value as Kind, brush: [] });
    },
  );
  const color = select(words("ice.color_by"), [], (value) => set({ color_by: value === NOTHING ? null : value }));
  const centre = onOff("ice.centre", words, (centered) => {
    if (centered !== actions.now().traits.centered) set({ centered, brush: [] });
  });
  const bands = onOff("ice.bands", words, (bands) => set({ bands }));
  let filtering = false;
  const count = element("b");
  const filter = button(words("ice.filter"), words("ice.filter"), () => actions.change({ filtering: !filtering }));
  filter.append(count);
  const changed = createChange();
  const [contentChanged, recoloured] = [createChange(), createChange()];
  return {
    filter,
    elements: [
      classed(feature.element, "feature"),
      target.element,
      classed(kind.element, "kind"),
      classed(color.element, "color"),
      centre.element,
      bands.element,
    ],
    buttons: [filter],
    draw({ state: { traits, kernel, curves }, local, drawing }) {
      const reachable = isReachable(kernel);
      if (changed(traits.features)) feature.offer(offered(traits));
      const unlisted =
        traits.color_by === null || coloringNames(traits).includes(traits.color_by) ? null : traits.color_by;
      if (recoloured(traits.features, unlisted)) color.offer(colorings(traits, unlisted, words));
      feature.show(traits.feature);
      write(moves, movement(traits, drawing, words));
      setAttributes(moves, { title: curves && words("ice.moves.told", { label: curves.header.label }) });
      target.draw(traits, curves?.header ?? null, reachable);
      const content = curves?.header.content ?? "curves";
      const given = isGiven(curves);
      if (contentChanged(reachable, content, given)) {
        const effects = (value: Kind) => (value === "ale") === (content === "effects");
        const drawable = kinds.filter((value) => (reachable && !given) || effects(value));
        kind.offer(
          (content === "average" ? [content] : drawable).map((value) => ({ value, text: words(`ice.kind.${value}`) })),
        );
      }
      kind.show(content === "average" ? content : traits.kind);
      for (const one of [color.element, bands.element, filter]) one.hidden = content === "average";
      color.show(traits.color_by ?? NOTHING);
      color.enable(reachable && content === "curves");
      centre.show(traits.centered);
      centre.enable(!curves || !["derivative", "ale"].includes(lookOf(curves, traits).kind));
      bands.show(traits.bands);
      feature.enable(reachable);
      const filters = Object.keys(traits.filters).length;
      filtering = local.filtering;
      write(count, filters ? ` ${filters}` : "");
      setAttributes(filter, {
        "aria-expanded": String(filtering),
        "aria-label": words(filters ? "ice.filter.active" : "ice.filter", { count: filters }),
      });
      filter.disabled = curves === null;
    },
  };
}

const isSloping = ({ kind }: Look) => kind === "derivative";

const coloringNames = ({ features }: IceTraits) => [TARGET, ...features.map(({ name }) => name)];

/** Nothing, the model's answer and the features by name; a feature of the answer's name comes in its place. */
function colorings(traits: IceTraits, unlisted: string | null, words: Words) {
  const names = coloringNames(traits).slice(1);
  if (unlisted !== null) names.push(unlisted);
  const answer = names.includes(TARGET) ? [] : [{ value: TARGET, text: words("ice.color_by.target") }];
  const sorted = names.sort((one, other) => one.localeCompare(other)).map((value) => ({ value, text: value }));
  return [{ value: NOTHING, text: words("ice.color_by.none") }, ...answer, ...sorted];
}

function offered({ features, feature }: IceTraits) {
  const names = features.map(({ name }) => name);
  return (names.includes(feature) ? names : [feature, ...names]).map((value) => ({ value, text: value }));
}

/** In the digits of the axis, where that has the unit of the prediction. */
function movement({ features, feature }: IceTraits, drawing: Drawing | null, words: Words): string {
  const moves = features.find(({ name }) => name === feature)?.moves ?? null;
  if (moves === null) return "";
  const { y } = drawing?.geometry ?? {};
  const axis = y && !isSloping(drawing!.picture.look) ? ticksBetween(y.low, y.high, 8) : null;
  const inDigits = axis?.fine(moves) ?? "";
  return words("ice.moves", { value: /[1-9]/.test(inDigits) ? inDigits + axis!.power : quantity(moves) });
}
