// Names at the right end of the lines. They never touch: what was pushed aside has a leader.
import { shape } from "../../lib/dom";
import { integer } from "../../lib/format";
import { isSample } from "../../lib/ice_curves";
import type { Key, Words } from "../../lib/words";
import { spread } from "./layout";
import type { Layer, Picture } from "./scene";

export interface Label {
  text: string;
  kind: "all" | "chosen" | "band" | "row" | `group g${number}`;
  /** The value at the right end. */
  value: number;
}

const LINE = 16; // pixels from label to label
const LEADER = 12;
const MOST_NAMED = 8; // of highlighted rows

export function labelsOf(picture: Picture, words: Words, narrow: boolean): Label[] {
  const { bundle, curves, look, showing, passing, mean } = picture;
  const end = (values: Float64Array) => values[values.length - 1]!;
  const length = narrow ? ".short" : "";
  const labels: Label[] = [];
  const { content, done, total } = curves.header;
  if (look.kind === "ale") {
    const text = words(`ice.label.effect${length}`, { count: integer(done) });
    if (mean) labels.push({ text, kind: "all", value: end(mean) });
  } else if (look.kind !== "individual") {
    const sloping = look.kind === "derivative";
    const filtered = content === "curves" && showing < curves.count;
    const part = filtered || done < total;
    const stem = sloping ? `ice.label.slope${part ? ".shown" : ""}` : `ice.label.${part ? "shown" : "all"}`;
    const count = !filtered ? done : isSample(curves) ? passing : showing;
    const key = total ? `${stem}${length}` : "ice.kind.average"; // of rows that are not known
    const all = words(key as Key, { count: integer(count), total: integer(filtered ? done : total) });
    if (mean) labels.push({ text: all, kind: "all", value: end(mean) });
    if (picture.chosenMean) {
      const stem = sloping ? `ice.label.slope.chosen${length}` : `ice.label.chosen${length}`;
      const chosen = words(stem as Key, { count: integer(picture.chosen) });
      labels.push({ text: chosen, kind: "chosen", value: end(picture.chosenMean) });
    }
  }
  picture.subgroups.forEach((mean, index) => {
    const text = words(`ice.subgroup${length}`, { number: index + 1 });
    labels.push({ text, kind: `group g${index + 1}`, value: end(mean) });
  });
  (picture.bands ?? []).forEach((band, index) => {
    const text = words(`ice.label.band${length}`, { percent: `${index ? 90 : 10} %` });
    labels.push({ text, kind: "band", value: end(band) });
  });
  for (const curve of picture.highlighted.slice(0, MOST_NAMED)) {
    const text = words("ice.label.row", { row: integer(curves.rows[curve]!) });
    labels.push({ text, kind: "row", value: bundle.values[(curve + 1) * bundle.x.length - 1]! });
  }
  return labels;
}

/** The width of the longest label there can be of these curves: the plot stays where it is while they are counted. */
export function labelRoom(
  { curves, look, highlighted }: Picture,
  words: Words,
  narrow: boolean,
  measure: (text: string) => number,
): number {
  const length = narrow ? ".short" : "";
  const most = integer(curves.header.total);
  const stem = look.kind === "derivative" ? "ice.label.slope" : "ice.label";
  const keys = look.kind === "ale" ? ["ice.label.effect"] : [`${stem}.shown`, `${stem}.chosen`, "ice.label.band"];
  const texts = keys.map((key) => words(`${key}${length}` as Key, { count: most, total: most, percent: "90 %" }));
  const rows = highlighted.slice(0, MOST_NAMED).map((curve) => integer(curves.rows[curve]!));
  return Math.max(...[...texts, ...rows.map((row) => words("ice.label.row", { row }))].map(measure));
}

export function createLabels(words: Words): Layer {
  const whole = shape("g", { class: "labels" });
  return {
    element: whole,
    draw({ picture, geometry }) {
      const { right, top, bottom, x, y, narrow } = geometry;
      const labels = labelsOf(picture, words, narrow);
      const wanted = labels.map(({ value }) => Math.min(bottom, Math.max(top, y.place(value))));
      const places = spread(wanted, LINE, top + 4, bottom - 2);
      const from = x.place(picture.bundle.x[picture.bundle.x.length - 1]!);
      whole.replaceChildren(
        ...labels.flatMap(({ text, kind }, index) => {
          const place = places[index]!;
          const aside = Math.abs(place - wanted[index]!) > 2;
          const d = `M${Math.max(from, right - 8) + 3} ${wanted[index]}L${right + LEADER - 3} ${place}`;
          return [
            ...(aside ? [shape("path", { class: "leader", d })] : []),
            shape("text", { class: kind, x: right + LEADER, y: place + 4 }, text),
          ];
        }),
      );
    },
  };
}
