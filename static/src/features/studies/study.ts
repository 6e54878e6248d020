/** What the page of a study draws, without a screen. */
import { fixed } from "../../lib/format";
import { t } from "../../lib/i18n";
import type { StudyArm, StudyContrast, StudyDetail } from "../../lib/types";

export const METRIC_WORDS: Record<string, string> = {
  accuracy: t("common.accuracy"),
  auroc: "AUROC",
  f1_score: "F1",
  recall: t("common.recall"),
  precision: t("common.precision"),
  loss: t("common.loss"),
};

/** The part of the scale that holds every seed and every interval, with a little air; a share ends at 0 and 1. */
export function scaleOf(arms: readonly StudyArm[], isShare = false): [number, number] {
  const values = arms.flatMap((arm) => [
    ...Object.values(arm.values),
    ...(arm.interval ? [arm.interval.low ?? arm.interval.mean, arm.interval.high ?? arm.interval.mean] : []),
  ]);
  if (!values.length) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const air = (high - low || Math.abs(high) || 1) * 0.06;
  return isShare && low >= 0 && high <= 1 ? [Math.max(0, low - air), Math.min(1, high + air)] : [low - air, high + air];
}

/** Whether the metric can only lie between 0 and 1. */
export const isShare = (metric: string): boolean => metric !== "loss";

/** Where a value stands on the scale, in per cent. */
export const placeOf = (value: number, [low, high]: [number, number]): number => (100 * (value - low)) / (high - low);

/** The ways to train first, single sites after them. */
export const mainArms = (study: StudyDetail): StudyArm[] => study.arms.filter((arm) => arm.client === null);
export const siteArms = (study: StudyDetail): StudyArm[] => study.arms.filter((arm) => arm.client !== null);

export function doneOf(study: StudyDetail): { done: number; failed: number; all: number } {
  const over = study.trainings.filter((one) => ["completed", "failed", "cancelled"].includes(one.status));
  const failed = study.trainings.filter((one) => one.status === "failed").length;
  return { done: over.length, failed, all: study.trainings.length };
}

/** What a comparison showed, in a word for its row. */
export function verdictOf(row: StudyContrast): string {
  if (row.verdict === "too_few_seeds") return t("study.fewer_than_3_seeds");
  if (row.verdict === "unknown") return t("study.error_unknown");
  if (row.verdict === "difference")
    return row.equivalent ? t("study.difference_within_the_margin") : t("study.difference");
  return row.equivalent ? t("study.equivalent") : t("study.no_difference_found");
}

/** Where the error of a comparison comes from. */
export function basisOf(row: StudyContrast): string {
  if (!row.from_rows) return t("study.seeds_alone");
  return row.same_rows ? t("study.seeds_and_the_same_test_rows") : t("study.seeds_and_test_rows");
}

/** The margin as the API takes it: null of an empty field, NaN of what is no number above 0 and at most 1. */
export function marginOf(text: string): number | null {
  if (!text.trim()) return null;
  const value = Number(text.trim().replace(",", "."));
  return value > 0 && value <= 1 ? value : Number.NaN;
}

/** A p value as papers write it. */
export function pValue(p: number | null): string {
  if (p === null) return "–";
  return p < 0.001 ? `< ${fixed(0.001, 3)}` : fixed(p, 3);
}

export const shareDone = (study: StudyDetail): number =>
  study.trainings.length
    ? study.trainings.reduce((sum, one) => sum + (one.status === "completed" ? 1 : one.progress), 0) /
      study.trainings.length
    : 0;
