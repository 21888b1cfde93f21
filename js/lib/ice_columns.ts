// Columns of the table, and which rows pass filters on them: the twin of xai_widgets/explainers/filtering.py.
import type { Frame } from "./wire";

/** Null is for what is missing. */
export type Category = string | number | boolean | null;

/** The ends of a range, which belong to it, or the categories that pass; with null at the end, what is missing, too. */
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

/** One mark for each row of the table. */
export function passing(columns: Columns, filters: Filters, rows: number): Uint8Array {
  const marks = new Uint8Array(rows).fill(1);
  for (const [name, filter] of Object.entries(filters)) {
    const column = columns.get(name);
    if (column) narrow(marks, column, filter);
  }
  return marks;
}

function narrow(marks: Uint8Array, { values, categories }: Column, filter: Filter): void {
  const [low, high] = categories ? [] : endsOf(filter);
  const missing = filter.includes(null);
  const wanted = categories?.map((category) => filter.includes(category)) ?? [];
  for (let row = 0; row < marks.length; row++) {
    const value = values[row]!;
    const passes = isMissing(value, categories)
      ? missing
      : categories
        ? wanted[value]
        : value >= low! && value <= high!;
    if (!passes) marks[row] = 0;
  }
}

/** The ends of a filter on numbers; none where it lets pass only what is missing. */
export const endsOf = (filter: Filter) => filter.filter((end) => end !== null) as [number, number] | [];

const isMissing = (value: number, categories: unknown) => (categories ? value < 0 : Number.isNaN(value));

/** How many rows have no value. */
export function countMissing({ values, categories }: Column): number {
  let count = 0;
  for (let row = 0; row < values.length; row++) if (isMissing(values[row]!, categories)) count++;
  return count;
}
