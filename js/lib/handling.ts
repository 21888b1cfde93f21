// What hands and keys do, in common: places under the pointer, arrows, numbers without needless digits.
export const LEAP = 10; // steps with Shift

export const arrows: Record<string, readonly [number, number]> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** The place of a pointer on the drawing. */
export function placeOfHand(event: PointerEvent | MouseEvent, part: SVGElement): [number, number] {
  const box = (part.ownerSVGElement ?? part).getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** A value with the digits that a span can show. */
export function tidy(value: number, span: number): number {
  const decimals = Math.min(15, Math.max(0, 3 - Math.floor(Math.log10(span || 1))));
  return Number(value.toFixed(decimals));
}

export function taken(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
