/** Where the parts of a chart of differences stand: rows sorted by their difference, one scale for all. */
import { scaleLinear, type ScaleLinear } from "d3-scale";
import type { Delta, KruskalRow } from "../wire";

/** The rows with a difference, the lowest first; the baseline is the line at zero. */
export const drawn = (rows: readonly Delta[]): Delta[] =>
  rows
    .filter((row) => row.delta !== null && row.category !== row.baseline)
    .sort((a, b) => a.delta! - b.delta! || a.category.localeCompare(b.category));

/** From the lowest end of an interval to the highest, with zero and the margin in view. */
export function domainOf(rows: readonly Delta[], margin: number): [number, number] {
  const values = rows.flatMap((row) => [row.delta, row.ci_low, row.ci_high]).filter((one) => one !== null);
  const reach = Math.max(margin, 0.1);
  const low = Math.min(-reach, ...values);
  const high = Math.max(reach, ...values);
  const room = (high - low) * 0.05;
  return [low - room, high + room];
}

export function scaleOf(rows: readonly Delta[], margin: number, width: number): ScaleLinear<number, number> {
  return scaleLinear(domainOf(rows, margin), [0, width]);
}

/** The attributes to choose from: those that differ first, then those that were tested, as the server sorts. */
export function inOrder(rows: readonly KruskalRow[]): KruskalRow[] {
  const rank = (row: KruskalRow): number => (row.significant ? 0 : row.q_value !== null ? 1 : row.shown ? 2 : 3);
  return rows
    .map((row, place) => ({ row, place }))
    .sort((a, b) => rank(a.row) - rank(b.row) || a.place - b.place)
    .map(({ row }) => row);
}
