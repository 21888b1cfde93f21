// What a plot of Shapley values shows; one click away.
import type { Key, Words } from "../lib/words";
import { type AboutText, createAboutText } from "./about_text";

export type About = AboutText;

/** `about` begins the keys of the words: of "plot.about" they end in definition, formula, symbols and misleads. */
export const createShapAbout = (about: `${string}.about`, words: Words): About =>
  createAboutText((part) => words(`${about}.${part}` as Key), words); // the bundle keeps words by literals of its sources
