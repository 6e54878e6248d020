/** What stands along the axes of a chart: where they end, how far apart their labels are, what these say. */
import { typeset } from "../../lib/format";
import { locale } from "../../lib/i18n";
import type { Column } from "./chart";

const MAX_POWER = 18;
/** Steps are whole numbers: labels stand at 1, 2 or 5 times a power of ten. */
export const STEP_INCREMENTS: number[] = Array.from({ length: MAX_POWER }, (_, power) =>
  [1, 2, 5].map((one) => one * 10 ** power),
).flat();

const MIN_SPACE = 50;
const LETTER = 7;
/** Pixels from one label to the next, so that long ones do not run into each other. */
export const spaceFor = (longest: string): number => Math.max(MIN_SPACE, longest.length * LETTER + 12);

/** Pixels beside the plot that its labels need. */
export const sizeFor = (labels: readonly string[] | null): number =>
  Math.max(54, ...(labels ?? []).map((label) => label.length * 6.5 + 14));

function written(value: number, digits: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.001 || size >= 100_000) return typeset(Number(value.toPrecision(digits)).toExponential());
  return typeset(String(Number(value.toPrecision(Math.max(4, digits)))));
}

const decimalMark = (of: string): string =>
  new Intl.NumberFormat(of).formatToParts(0.5).find((part) => part.type === "decimal")?.value ?? ".";
const MARK = decimalMark(locale);

/** Labels with as few digits as tell one from the other, in the person's language; a null has none. */
export function tickLabels(ticks: readonly (number | null)[], mark = MARK): string[] {
  const distinct = new Set(ticks.filter((tick) => tick !== null)).size;
  for (let digits = 1; ; digits += 1) {
    const labels = ticks.map((tick) => (tick === null ? "" : written(tick, digits).replace(".", mark)));
    if (digits === 12 || new Set(labels.filter(Boolean)).size >= distinct) return labels;
  }
}

/** How many values a logarithmic axis has no place for: zero and what is below it. */
export const lostInLog = (columns: readonly (Column | undefined)[]): number =>
  columns.reduce((sum, column) => sum + (column ?? []).filter((value) => value !== null && value <= 0).length, 0);
