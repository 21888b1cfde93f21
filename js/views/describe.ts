// The text alternative of a picture, made from its numbers.
import type { AttributionMap } from "../lib/attribution";
import { digitsFor, percent } from "../lib/format";
import type { State } from "../lib/state";
import type { Key, Words } from "../lib/words";
import type { Panel } from "./layout";
import { awaited } from "./run_words";

export function describe({ map, range, traits }: State, words: Words, panel: Panel): string {
  if (panel === "picture") return words("describe.picture");
  if (!map) return awaited(traits, "state.waiting", words);
  const { header } = map;
  const subject = words(panel === "over" ? "describe.over" : "describe.map", {
    method: methodName(map, words),
    target: header.target_name,
  });
  const found = extremes(map);
  if (found.total === 0) return `${subject} ${words("state.no_signal")}`;
  const digits = digitsFor(range, 3);
  const print = header.signed ? digits.signed : digits.plain;
  const at = (cell: number, key: Key) => {
    const row = Math.ceil((Math.floor(cell / map.width) * header.input_height) / map.height);
    const column = Math.ceil(((cell % map.width) * header.input_width) / map.width);
    return words(key, { value: print(map.stored[cell]! * map.scale) + digits.power, row, column });
  };
  const parts = [subject];
  if (found.highest.stored > 0)
    parts.push(at(found.highest.cell, header.signed ? "describe.highest" : "describe.largest"));
  if (found.lowest.stored < 0) parts.push(at(found.lowest.cell, "describe.lowest"));
  if (header.signed) parts.push(words("describe.share", { share: percent(found.positive / found.total) }));
  return parts.join(" ");
}

export function methodName({ header }: AttributionMap, words: Words): string {
  const own = header.method === "custom" ? header.method_name : null;
  const name = own ?? words(`method.${header.method}.name` as Key);
  const times = header.multiply_by_inputs && header.method !== "gradient_x_input";
  return times ? words("method.times_input", { method: name }) : name;
}

function extremes({ stored }: AttributionMap) {
  const highest = { cell: 0, stored: 0 };
  const lowest = { cell: 0, stored: 0 };
  let positive = 0;
  let total = 0;
  for (let cell = 0; cell < stored.length; cell++) {
    const value = stored[cell]!;
    total += Math.abs(value);
    if (value > 0) positive += value;
    if (value > highest.stored) Object.assign(highest, { cell, stored: value });
    if (value < lowest.stored) Object.assign(lowest, { cell, stored: value });
  }
  return { highest, lowest, positive, total };
}
