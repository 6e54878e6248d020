/** Where the dots of intensities stand: a row for each attribute that any run has a score of. */
import type { ComparedIntensities } from "../wire";

export interface Dot {
  place: number;
  value: number;
  low: number | null;
  high: number | null;
  persons: number;
}
export interface DotRow {
  attribute: string;
  dots: Dot[];
}

/** The attributes with a score, the strongest first; ``place`` is that of the run. */
export function dotRows({ runs }: ComparedIntensities): DotRow[] {
  const names = [...new Set(runs.flatMap((run) => run.attributes.map((row) => row.attribute)))];
  const rows = names.map((attribute) => ({
    attribute,
    dots: runs.flatMap((run, place) => {
      const row = run.attributes.find((one) => one.attribute === attribute);
      if (row?.calibrated === null || row?.calibrated === undefined) return [];
      const { calibrated: value, ci_low: low, ci_high: high, n_personas: persons } = row;
      return [{ place, value, low: low ?? null, high: high ?? null, persons }];
    }),
  }));
  const most = (row: DotRow): number => Math.max(...row.dots.map((dot) => dot.value));
  return rows.filter((row) => row.dots.length).sort((a, b) => most(b) - most(a));
}

/** From the lowest end to the highest, with 0 in view. */
export function dotDomain(rows: readonly DotRow[]): [number, number] {
  const values = rows.flatMap((row) =>
    row.dots.flatMap((dot) => [dot.value, dot.low ?? dot.value, dot.high ?? dot.value]),
  );
  const low = Math.min(0, ...values);
  const high = Math.max(10, ...values);
  const room = (high - low) * 0.05;
  return [low - room, high + room];
}
