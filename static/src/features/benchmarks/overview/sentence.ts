/**
 * What a run found, in one plain sentence that says no more than its tests allow: a difference that
 * was not detected is not called none.
 */
import { count, fixed, metric } from "../../../lib/format";
import { t } from "../../../lib/i18n";
import type { Delta, DeltaTable } from "../wire";
import { attributeWord, groupWord } from "../words";

export interface Finding {
  attribute: string;
  row: Delta;
}

/** A difference with its sign, which is there for zero too: a plus or minus is what one looks for. */
export const signed = (value: number | null): string =>
  value === null ? "–" : `${value < 0 ? "−" : "+"}${fixed(Math.abs(value), 2)}`;

export const intervalText = (row: Pick<Delta, "ci_low" | "ci_high">): string =>
  row.ci_low === null || row.ci_high === null
    ? "–"
    : t("bench.from_to", { low: signed(row.ci_low), high: signed(row.ci_high) });

const rowsOf = (tables: Readonly<Record<string, DeltaTable>>): Finding[] =>
  Object.values(tables).flatMap((table) => table.rows.map((row) => ({ attribute: table.attribute, row })));

/** The detected differences, the largest first. */
export function detected(tables: Readonly<Record<string, DeltaTable>>): Finding[] {
  const size = ({ row }: Finding): number => Math.abs(row.delta ?? 0);
  return rowsOf(tables)
    .filter(({ row }) => row.significant && row.delta !== null)
    .sort((a, b) => size(b) - size(a));
}

/** How many comparisons were tested: the size of their family. */
export const comparisons = (tables: Readonly<Record<string, DeltaTable>>): number =>
  rowsOf(tables).filter(({ row }) => row.q_value !== null).length;

/** The half width of the interval in the middle of all: what is much smaller is easily missed. */
export function typicalMargin(tables: Readonly<Record<string, DeltaTable>>): number | null {
  const widths = rowsOf(tables)
    .map(({ row }) => (row.ci_low === null || row.ci_high === null ? null : (row.ci_high - row.ci_low) / 2))
    .filter((one) => one !== null)
    .sort((a, b) => a - b);
  return widths[Math.floor(widths.length / 2)] ?? null;
}

export function findingText({ attribute, row }: Finding, model: string): string {
  return t("bench.largest_difference", {
    model,
    attribute: attributeWord(attribute),
    group: groupWord(row.category),
    baseline: groupWord(row.baseline),
    size: fixed(Math.abs(row.delta ?? 0), 2),
    direction: (row.delta ?? 0) < 0 ? "lower" : "higher",
    interval: intervalText(row),
    q: metric(row.q_value),
  });
}

/** The first sentence of the page. */
export function sentenceOf(tables: Readonly<Record<string, DeltaTable>>, model: string): string {
  const found = detected(tables);
  const tested = comparisons(tables);
  const persons = Math.max(0, ...Object.values(tables).map((table) => table.n_personas));
  if (!persons) return t("bench.no_ratings_yet");
  if (!tested) return t("bench.nothing_could_be_tested");
  if (found[0]) {
    const more = t("bench.detected_of", { count: found.length, tested: count(tested), persons: count(persons) });
    return `${findingText(found[0], model)} ${more}`;
  }
  const margin = typicalMargin(tables);
  const caution = margin === null ? "" : t("bench.not_detected_margin", { margin: fixed(margin, 2) });
  return `${t("bench.not_detected", { tested: count(tested), persons: count(persons) })} ${caution}`.trim();
}

/** Attributes that no prompt shows. */
export const hidden = (tables: Readonly<Record<string, DeltaTable>>): string[] =>
  Object.values(tables)
    .filter((table) => !table.shown)
    .map((table) => table.attribute);
