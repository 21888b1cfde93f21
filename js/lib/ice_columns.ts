// Columns of the table, and which rows pass filters on them: the twin of xai_widgets/explainers/filtering.py.
import type { Frame } from "./wire";

export type Category = string | number | boolean;

/** The ends of a range, which belong to it, or the categories that pass. */
export type Filter = Category[];
export type Filters = Record<string, Filter>;

export interface Column {
  /** Of each row its number, NaN where it is missing; or the place of its category, -1 where it is missing. */
  values: ArrayLike<number>;
  /** None for numbers. */
  categories: Category[] | null;
}

export type Columns = ReadonlyMap<string, Column>;

export const noColumns: Columns = new Map();

export function toColumns(frame: Frame | null): Columns {
  const told = (frame?.header.columns ?? {}) as unknown as Record<string, { categories: Category[] | null }>;
  return new Map(
    Object.entries(told).map(([name, { categories }]) => {
      const field = frame?.fields.get(name);
      if (!field) throw new Error(`The column "${name}" came without values.`);
      return [name, { values: field.data, categories }];
    }),
  );
}

/** Whether all is there that the filters ask for. */
export const canFilter = (columns: Columns, filters: Filters) =>
  Object.keys(filters).every((name) => columns.has(name));

/** One mark for each row of the table; one whose value is missing passes no filter. */
export function passing(columns: Columns, filters: Filters, rows: number): Uint8Array {
  const marks = new Uint8Array(rows).fill(1);
  for (const [name, filter] of Object.entries(filters)) {
    const column = columns.get(name);
    if (column) narrow(marks, column, filter);
  }
  return marks;
}

function narrow(marks: Uint8Array, { values, categories }: Column, filter: Filter): void {
  const [low, high] = categories ? [] : (filter as number[]);
  const wanted = categories?.map((category) => filter.includes(category)) ?? [];
  for (let row = 0; row < marks.length; row++) {
    const value = values[row]!;
    const passes = categories ? wanted[value] === true : value >= low! && value <= high!;
    if (!passes) marks[row] = 0;
  }
}
