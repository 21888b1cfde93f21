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
