// A choice between off and on, each with its word.
import { type Control, field, segmented } from "./controls";
import type { Key, Words } from "./words";

/** `key` is that of the label, and begins those of the faces, as "key.on", and of the names, as "key.on.name". */
export function onOff(key: Key, words: Words, set: (on: boolean) => void): Control<boolean> {
  const choices = ["off", "on"].map((value) => ({
    value,
    name: words(`${key}.${value}.name` as Key),
    face: words(`${key}.${value}` as Key),
  }));
  const { element, show, enable } = segmented(words(key), choices, (value) => set(value === "on"));
  return { element: field(words(key), null, element), show: (on) => show(on ? "on" : "off"), enable };
}
