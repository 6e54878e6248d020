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

/** When the equivalence margin was set, of a run with this origin: no import had it before. */
export const marginSet = (origin: string): string => (origin === "imported" ? "import" : "before");

function largestText(row: NonNullable<Overview["largest"]>, model: string): string {
  return t("bench.largest_difference", {
    model,
    attribute: attributeWord(row.attribute),
    group: groupWord(row.category),
    baseline: groupWord(row.baseline),
    size: fixed(Math.abs(row.delta ?? 0), 2),
    direction: (row.delta ?? 0) < 0 ? "lower" : "higher",
    interval: row.ci_low === null ? t("bench.interval_not_known") : intervalText(row),
    q: isP(row.q_value),
  });
}

/** The first sentence of the page; what was detected of groups that are too small for it comes last. */
export function sentenceOf(found: Overview, model: string): string {
  if (!found.n) return t("bench.no_ratings_yet");
  if (!found.tests) return t("bench.nothing_could_be_tested");
  return [...headlineOf(found, model), ...smallOf(found)].join(" ");
}

function headlineOf(found: Overview, model: string): string[] {
  const small = found.significant_small ? "yes" : "no";
  const counts = { tested: found.tests, persons: found.n_personas, small, least: found.min_personas };
  const margin = count(found.margin);
  if (isSmall(found)) return [t("bench.detected_small", { ...counts, count: found.significant_small })];
  if (found.verdict === "different" && found.largest)
    return [
      largestText(found.largest, model),
      t("bench.detected_of", { ...counts, count: found.significant - found.significant_small }),
      ...(found.holds === false ? [t("bench.does_not_hold")] : []),
    ];
  if (found.verdict === "equivalent") return [t("bench.all_equivalent", { ...counts, margin, set: found.margin_set })];
  const open = found.verdicts.inconclusive ?? 0;
  const unclear = open ? [t("bench.not_detected_open", { margin, count: open })] : [];
  return [t("bench.not_detected", counts), ...unclear];
}

/** Whether what was detected was detected with few persons only. */
const isSmall = (found: Overview): boolean =>
  found.verdict === "different" && found.significant === found.significant_small;

const smallOf = (found: Overview): string[] =>
  found.significant_small && !isSmall(found)
    ? [t("bench.small_detected", { count: found.significant_small, least: found.min_personas })]
    : [];
