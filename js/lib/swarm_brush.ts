// Which points lie within shapes that a hand has drawn. Twins: explainers/lasso.py, explainers/brushing.py.

export type Operation = "and" | "or" | "not";

/** A box has two numbers on each axis, its lower and upper end; a lasso has three corners or more. */
export interface Shape {
  x: number[];
  y: number[];
  op: Operation;
}

/** Points in the units of a plot, each of a row. */
export interface Points {
  count: number;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  rows: Uint32Array;
}

/** Mark the points within a shape: the edge of a box belongs to it; a lasso that crosses itself has holes. */
export function inside({ count, x, y }: Points, shape: Shape): Uint8Array {
  const marks = new Uint8Array(count);
  const [left, right] = endsOf(shape.x);
  const [low, high] = endsOf(shape.y);
  const corners = shape.x.length;
  for (let point = 0; point < count; point++) {
    const [across, up] = [x[point]!, y[point]!];
    if (!(across >= left && across <= right && up >= low && up <= high)) continue;
    if (corners === 2) {
      marks[point] = 1;
      continue;
    }
    let odd = 0;
    for (let corner = 0; corner < corners; corner++) {
      const next = corner + 1 === corners ? 0 : corner + 1;
      const [x0, y0, x1, y1] = [shape.x[corner]!, shape.y[corner]!, shape.x[next]!, shape.y[next]!];
      if (y0 > up !== y1 > up && across < x0 + (x1 - x0) * ((up - y0) / (y1 - y0))) odd ^= 1;
    }
    marks[point] = odd;
  }
  return marks;
}

/** The rows that have a point within the shapes, each joined to those before by its own operation; sorted. */
export function rowsWithin(points: Points, shapes: readonly Shape[]): Uint32Array {
  let chosen = new Set<number>();
  shapes.forEach((shape, index) => {
    const marks = inside(points, shape);
    const caught = new Set<number>();
    for (let point = 0; point < marks.length; point++) if (marks[point]) caught.add(points.rows[point]!);
    chosen = index === 0 ? caught : joined(chosen, caught, shape.op);
  });
  return Uint32Array.from(chosen).sort();
}

function joined(before: Set<number>, caught: Set<number>, operation: Operation): Set<number> {
  if (operation === "or") return new Set([...before, ...caught]);
  return new Set([...before].filter((row) => caught.has(row) === (operation === "and")));
}

export const endsOf = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];
