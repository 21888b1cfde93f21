// A canvas over a plot, sharp, and a little wider for what lies on its edge.
interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Lay a canvas over the plot; what is drawn by the context is in the pixels of the plot's own drawing. */
export function layOver(
  canvas: HTMLCanvasElement,
  { left, right, top, bottom }: Plot,
  edge: number,
  ratio: number,
): CanvasRenderingContext2D | null {
  const [width, height] = [right - left + 2 * edge, bottom - top + 2 * edge];
  Object.assign(canvas.style, {
    left: `${left - edge}px`,
    top: `${top - edge}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, (edge - left) * ratio, (edge - top) * ratio);
  return context;
}
