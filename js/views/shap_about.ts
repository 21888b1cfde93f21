// What a plot of Shapley values shows; one click away.
import type { Key, Words } from "../lib/words";
import { type AboutText, createAboutText } from "./about_text";

export type About = AboutText;

/** `plot` is the prefix of the words: `force.about.definition`, `.formula`, `.symbols` and `.misleads`. */
export const createShapAbout = (plot: string, words: Words): About =>
  createAboutText((part) => words(`${plot}.about.${part}` as Key), words);
