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

/** A text as long as its room, shortened in its middle: names that begin alike are told apart by their ends. */
export function cut(text: string, room: number, measure: (text: string) => number): string {
  if (measure(text) <= room) return text;
  const letters = [...text];
  let [low, high] = [0, letters.length - 1];
  const shortened = (count: number) => {
    const head = Math.ceil(count / 2);
    const tail = count - head;
    return `${letters.slice(0, head).join("").trimEnd()}…${tail ? letters.slice(-tail).join("").trimStart() : ""}`;
  };
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(shortened(middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return shortened(Math.max(1, low));
}
