/** Cells of two attributes: which stand where, and how strong the strongest is. */
import type { IntersectionCell } from "../wire";

export interface Crossed {
  rows: string[];
  columns: string[];
  at: (row: string, column: string) => IntersectionCell | undefined;
  /** The largest size of a shrunken difference. */
  reach: number;
}

const key = (first: string, second: string): string => JSON.stringify([first, second]);

export function crossed(cells: readonly IntersectionCell[], nameOf: (group: string) => string): Crossed {
  const inAlphabet = (values: string[]): string[] =>
    [...new Set(values)].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const places = new Map(cells.map((cell) => [key(cell.first, cell.second), cell]));
  return {
    rows: inAlphabet(cells.map((cell) => cell.second)),
    columns: inAlphabet(cells.map((cell) => cell.first)),
    at: (row, column) => places.get(key(column, row)),
    reach: Math.max(0.05, ...cells.map((cell) => Math.abs(cell.shrunken ?? 0))),
  };
}
