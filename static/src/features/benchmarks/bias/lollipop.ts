/** Where the parts of a chart of differences stand: rows sorted by their difference, one scale for all. */
import type { Delta, ForestRow, KruskalRow } from "../wire";

/** A row of the chart; ``mark`` stands behind its name. */
export interface Stick {
  name: string;
  delta: number;
  ci_low: number | null;
  ci_high: number | null;
  significant: boolean;
  mark: string;
}
/** A mean of all rows: over persons, and over persons and traits. */
export interface Diamond {
  mean: number;
  ci_low: number | null;
  ci_high: number | null;
  traits_ci_low: number | null;
  traits_ci_high: number | null;
}
export const STAR = "★";
/** Behind what differs only as long as nobody asks how much was tested. */
export const DAGGER = "†";

const rising = (a: Stick, b: Stick): number => a.delta - b.delta || a.name.localeCompare(b.name);

/** Groups against a baseline, the lowest first; the baseline is the line at zero. */
export const groupSticks = (rows: readonly Delta[], nameOf: (group: string) => string): Stick[] =>
  rows
    .filter((row) => row.delta !== null && row.category !== row.baseline)
    .map((row) => ({ ...row, delta: row.delta!, name: nameOf(row.category), mark: row.significant ? STAR : "" }))
    .sort(rising);

/** One group against a baseline, trait by trait. */
export const traitSticks = (rows: readonly ForestRow[]): Stick[] =>
  rows
    .map((row) => ({
      ...row,
      name: row.label,
      mark: row.significant ? STAR : row.significant_uncorrected ? DAGGER : "",
    }))
    .sort(rising);

/** From the lowest end of an interval to the highest, with zero and the margin in view. */
export function domainOf(rows: readonly Stick[], margin: number, diamond: Diamond | null = null): [number, number] {
  const all = [...rows, ...(diamond ? [{ ...diamond, delta: diamond.mean }] : [])];
  const outer = diamond ? [diamond.traits_ci_low, diamond.traits_ci_high] : [];
  const values = [...all.flatMap((row) => [row.delta, row.ci_low, row.ci_high]), ...outer].filter(
    (one) => one !== null,
  );
  const reach = Math.max(margin, 0.1);
  const low = Math.min(-reach, ...values);
  const high = Math.max(reach, ...values);
  const room = (high - low) * 0.05;
  return [low - room, high + room];
}

/** The attributes to choose from: those that differ first, then those that were tested, as the server sorts. */
export function inOrder(rows: readonly KruskalRow[]): KruskalRow[] {
  const rank = (row: KruskalRow): number => (row.significant ? 0 : row.q_value !== null ? 1 : row.shown ? 2 : 3);
  return rows
    .map((row, place) => ({ row, place }))
    .sort((a, b) => rank(a.row) - rank(b.row) || a.place - b.place)
    .map(({ row }) => row);
}
