// The row above the plot: which feature, and how its curves are drawn.
import { ticksBetween } from "../../lib/axis";
import { button, field, segmented, select } from "../../lib/controls";
import { classed, element, setAttributes, write } from "../../lib/dom";
import { quantity } from "../../lib/format";
import { type Look, lookOf } from "../../lib/ice_kinds";
import type { IceTraits, Kind } from "../../lib/ice_state";
import { createChange } from "../../lib/memo";
import { isReachable } from "../../lib/state";
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
  const target = select(words("ice.target"), [], (index) => set({ target: Number(index), brush: [] }));
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
  const switchOf = (key: "ice.centre" | "ice.bands", press: (on: boolean) => void) =>
    segmented(
      words(key),
      (["off", "on"] as const).map((value) => ({
        value,
        name: words(`${key}.${value}.name`),
        face: words(`${key}.${value}`),
      })),
      (value) => press(value === "on"),
    );
  const centre = switchOf("ice.centre", (centered) => {
    if (centered !== actions.now().traits.centered) set({ centered, brush: [] });
  });
  const bands = switchOf("ice.bands", (on) => set({ bands: on }));
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
      classed(target.element, "target"),
      classed(kind.element, "kind"),
      classed(color.element, "color"),
      field(words("ice.centre"), null, centre.element),
      field(words("ice.bands"), null, bands.element),
    ],
    buttons: [filter],
    draw({ state: { traits, kernel, curves }, local, drawing }) {
      const reachable = isReachable(kernel);
      if (changed(traits.features, traits.class_names)) {
        feature.offer(offered(traits));
        target.offer(traits.class_names.map((text, index) => ({ value: String(index), text })));
      }
      const unlisted =
        traits.color_by === null || coloringNames(traits).includes(traits.color_by) ? null : traits.color_by;
      if (recoloured(traits.features, unlisted)) color.offer(colorings(traits, unlisted, words));
      feature.show(traits.feature);
      write(moves, movement(traits, drawing, words));
      setAttributes(moves, { title: curves && words("ice.moves.told", { label: curves.header.label }) });
      target.element.hidden = traits.class_names.length < 2;
      target.show(String(targetOf(traits, curves?.header.target_name ?? null)));
      const content = curves?.header.content ?? "curves";
      if (contentChanged(reachable, content)) {
        const drawable = kinds.filter((value) => reachable || (value === "ale") === (content === "effects"));
        kind.offer(drawable.map((value) => ({ value, text: words(`ice.kind.${value}`) })));
      }
      kind.show(traits.kind);
      color.show(traits.color_by ?? NOTHING);
      color.enable(reachable && content === "curves");
      centre.show(traits.centered ? "on" : "off");
      centre.enable(!curves || !["derivative", "ale"].includes(lookOf(curves, traits).kind));
      bands.show(traits.bands ? "on" : "off");
      feature.enable(reachable);
      target.enable(reachable);
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
  return words("ice.moves", { value: axis ? axis.fine(moves) + axis.power : quantity(moves) });
}

/** The class that is shown, where none was asked for: the one that is named, else the last. */
function targetOf({ target, class_names }: IceTraits, shown: string | null): number {
  return target ?? (shown === null ? class_names.length - 1 : class_names.indexOf(shown));
}
