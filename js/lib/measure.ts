// Widths of words in the font of a view.
import { element } from "./dom";

export function createMeasure() {
  const context = element("canvas").getContext("2d");
  let family = "sans-serif";
  return {
    setFont(name: string) {
      family = name || family;
    },
    widthOf(text: string, font = "400 11px"): number {
      if (!context) return text.length * 7;
      context.font = `${font} ${family}`;
      return Math.ceil(context.measureText(text).width);
    },
  };
}

/** The text, or as much of it as has room, with an ellipsis. */
export function cut(text: string, room: number, measure: (text: string) => number): string {
  if (measure(text) <= room) return text;
  let length = text.length;
  while (length > 1 && measure(`${text.slice(0, length)}…`) > room) length--;
  return `${text.slice(0, length).trimEnd()}…`;
}
