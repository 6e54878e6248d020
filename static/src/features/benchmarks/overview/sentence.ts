/**
 * What a run found, in one plain sentence that says no more than its tests allow: a difference that
 * was not detected is not called none.
 */
import { count, fixed } from "../../../lib/format";
import { t } from "../../../lib/i18n";
import { isP } from "../figures";
import type { Overview } from "../wire";
import { attributeWord, groupWord } from "../words";

interface Interval {
  ci_low: number | null;
  ci_high: number | null;
}

/** A difference with its sign, also where it is positive: the sign is what one looks for. */
export const signed = (value: number | null): string =>
  value === null ? "–" : `${value < 0 ? "−" : "+"}${fixed(Math.abs(value), 2)}`;

export const intervalText = ({ ci_low: low, ci_high: high }: Interval): string =>
  low === null || high === null ? "–" : t("bench.from_to", { low: signed(low), high: signed(high) });

function largestText(row: NonNullable<Overview["largest"]>, model: string): string {
  return t("bench.largest_difference", {
    model,
    attribute: attributeWord(row.attribute),
    group: groupWord(row.category),
    baseline: groupWord(row.baseline),
    size: fixed(Math.abs(row.delta ?? 0), 2),
    direction: (row.delta ?? 0) < 0 ? "lower" : "higher",
    interval: intervalText(row),
    q: isP(row.q_value),
  });
}

/** The first sentence of the page. */
export function sentenceOf(found: Overview, model: string): string {
  const counts = { tested: count(found.tests), persons: count(found.n_personas), margin: count(found.margin) };
  if (!found.n) return t("bench.no_ratings_yet");
  if (!found.tests) return t("bench.nothing_could_be_tested");
  if (found.significant && found.largest)
    return `${largestText(found.largest, model)} ${t("bench.detected_of", { ...counts, count: found.significant })}`;
  if (found.verdict === "equivalent") return t("bench.all_equivalent", counts);
  const open = found.verdicts.inconclusive ?? 0;
  return `${t("bench.not_detected", counts)} ${t("bench.not_detected_open", { ...counts, count: open })}`;
}
