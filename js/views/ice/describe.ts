// The plot in words: its text alternative, its status line, and what is said of a hand's doings.
import { integer, quantity } from "../../lib/format";
import { lookOf } from "../../lib/ice_kinds";
import type { IceState } from "../../lib/ice_state";
import { colourName } from "../../lib/legend";
import type { Words } from "../../lib/words";
import { awaited, countOf, methodOf } from "../run_words";
import type { Phrase } from "../sentence";
import { titleOf } from "./chips";
import type { Picture, Scene } from "./scene";

export function describe(scene: Scene): string {
  const { drawing, words } = scene;
  if (!drawing) return "";
  const { picture, geometry } = drawing;
  const { header } = picture.curves;
  const { fine, power } = geometry.yTicks;
  const print = (value: number) => fine(value) + power;
  const placeOf = (index: number) =>
    picture.category ? String(header.grid[index]) : geometry.xTicks!.fine(picture.bundle.x[index]!);
  const told = (values: Float64Array) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return {
      first: print(values[0]!),
      from: placeOf(0),
      last: print(values[values.length - 1]!),
      to: placeOf(values.length - 1),
      low: print(low),
      lowest: placeOf(values.indexOf(low)),
      high: print(high),
      highest: placeOf(values.indexOf(high)),
    };
  };
  const count = integer(header.done);
  const named = { label: titleOf(drawing, scene), feature: header.feature };
  const effect = header.content !== "curves";
  const parts = [words(effect ? "ice.describe.effect" : "ice.describe", { ...named, count })];
  if (!effect && picture.showing < picture.curves.count) parts.push(`${toldFiltered(picture, words)}.`);
  if (picture.mean) parts.push(words(effect ? "ice.describe.effect.line" : "ice.describe.mean", told(picture.mean)));
  if (picture.chosenMean) {
    parts.push(words("ice.describe.chosen", { count: integer(picture.chosen), ...told(picture.chosenMean) }));
  }
  if (header.colors) parts.push(words("ice.legend.described", { name: colourName(header.colors, words) }));
  return parts.join(" ");
}

export function statusPhrases({ state: { curves, traits }, drawing, words }: Scene): Phrase[] {
  if (!curves) return [{ text: awaited(traits, "state.waiting.rows", words) }];
  const { header, x } = curves;
  const phrases: Phrase[] = [
    ...(header.total ? [{ text: countOf(header, traits.status, words), strong: true }] : []),
    { text: words("ice.status.points", { count: x.length }) },
    ...(header.method ? [{ text: methodOf(header.method, words) }] : []),
  ];
  const { kind } = lookOf(curves, traits);
  if (traits.kind === "derivative" && kind !== "derivative" && header.content === "curves") {
    phrases.push({ text: words("ice.status.no_slopes"), strong: true });
  }
  if (kind === "derivative" && header.method?.includes("tree")) phrases.push({ text: words("ice.status.spikes") });
  if (kind === "ale" && header.feature_kind === "numeric") phrases.push({ text: words("ice.status.effect_ends") });
  const error = drawing?.picture.error ?? null;
  if (error !== null && error > 0) {
    const key = kind === "ale" ? "ice.status.effect_error" : "ice.status.error";
    phrases.push({ text: words(key, { value: quantity(Number(error.toPrecision(2))) }) });
  }
  if (drawing && drawing.picture.showing < curves.count) {
    phrases.push({ text: toldFiltered(drawing.picture, words) });
  }
  if (drawing?.picture.few.some(Boolean) && kind !== "individual") phrases.push({ text: words("ice.status.few") });
  return phrases;
}

const toldFiltered = ({ passing, curves }: Picture, words: Words) =>
  words("ice.filter.told", { count: integer(passing), total: integer(curves.header.total) });

/** What a hand lets through or selects. */
export function announceOwn({ traits: before }: IceState, { state: { traits }, words, drawing }: Scene): string | null {
  if (!drawing) return null;
  const { picture } = drawing;
  if (before.filters !== traits.filters) return toldFiltered(picture, words);
  if (before.selection === traits.selection) return null;
  const { chosen, curves } = picture;
  return words("ice.selected.told", { count: integer(chosen), total: integer(curves.header.done) });
}
