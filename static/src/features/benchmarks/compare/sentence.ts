/**
 * What the comparison of two runs comes to, in plain words that say no more than the tests allow:
 * what was not detected is not called equal, and where prompts differ the models are not blamed.
 */
import { count, fixed } from "../../../lib/format";
import { t } from "../../../lib/i18n";
import { isP, two } from "../figures";
import { intervalText, signed } from "../overview/sentence";
import type { BiasPair, ComparedGroups, ComparedRun, RatingPair } from "../wire";
import { attributeWord, groupWord } from "../words";

type Pair = readonly [ComparedRun, ComparedRun];

export function ratingSentence(row: RatingPair, [a, b]: Pair): string {
  const names = { a: a.label, b: b.label, items: count(row.n_items), persons: count(row.n_personas) };
  if (!row.n_items) return t("bench.cmp_no_item_rated_by_both", names);
  if (row.significant)
    return t("bench.cmp_rating_differs", {
      ...names,
      size: fixed(Math.abs(row.mean ?? 0), 2),
      direction: (row.mean ?? 0) < 0 ? "lower" : "higher",
      interval: intervalText(row),
      p: isP(row.holm),
    });
  const known = row.detectable === null ? "no" : "yes";
  return t("bench.cmp_rating_not_detected", { ...names, known, detectable: two(row.detectable) });
}

/** Persons of a group and of its baseline that a headline rests on, as that of a run does. */
const MIN_PERSONAS = 5;

/** The largest of the differences that were detected of groups with enough persons. */
export function largestOf(rows: readonly BiasPair[]): BiasPair | undefined {
  const size = (row: BiasPair): number => Math.abs(row.difference_of_deltas ?? 0);
  return rows
    .filter((row) => row.significant && row.n_personas_least >= MIN_PERSONAS)
    .sort((x, y) => size(y) - size(x))[0];
}

export function biasSentence(groups: ComparedGroups, [a, b]: Pair): string {
  const tested = groups.rows.filter((row) => row.holm !== null).length;
  if (!tested) return t("bench.cmp_no_group_tested");
  const detected = groups.rows.filter((row) => row.significant);
  if (!detected.length) return t("bench.cmp_bias_not_detected", { count: tested });
  const counts = { detected: count(detected.length), count: tested, least: MIN_PERSONAS };
  const largest = largestOf(detected);
  if (!largest) return t("bench.cmp_bias_small", counts);
  const difference = largest.difference_of_deltas ?? 0;
  return t("bench.cmp_bias_differs", {
    a: a.label,
    b: b.label,
    group: groupWord(largest.category),
    baseline: groupWord(largest.baseline),
    attribute: attributeWord(largest.attribute),
    size: fixed(Math.abs(difference), 2),
    direction: difference < 0 ? "lower" : "higher",
    ofA: signed(largest.delta_a ?? null),
    ofB: signed(largest.delta_b ?? null),
    interval: intervalText(largest),
    p: isP(largest.holm),
    ...counts,
    small: detected.some((row) => row.n_personas_least < MIN_PERSONAS) ? "yes" : "no",
  });
}
