// What is known of every method, from the same table as Python's.
import methods from "../../xai_widgets/tables/methods.json";
import type { Key } from "./words";

export interface Method {
  sampled: boolean;
  unit: string;
  symbols: string | null;
  formula: string | null;
  plain: string | null;
  source: string | null;
}

const table: Record<string, Method> = methods;

export const methodNames = Object.keys(table).filter((name) => name !== "custom");

export function methodOf(name: string): Method {
  return table[name] ?? table.custom!;
}

export function unitOf(name: string, multiplied: boolean): Key {
  const { unit } = methodOf(name);
  if (name === "gradient_x_input" || (unit === "gradient" && multiplied)) return "unit.score";
  if (unit === "gradient_squared") return multiplied ? "unit.squared_times_input" : "unit.gradient_squared";
  return `unit.${unit}` as Key;
}
