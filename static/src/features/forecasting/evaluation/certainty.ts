/** How sure it is that one forecast is better than another: the test's verdict and the skill's interval. */
import { metric } from "../../../lib/format";
import { t, type Key } from "../../../lib/i18n";
import { pValue } from "../../studies/study";
import type { Comparison, Verdict } from "../wire";

const VERDICTS: Record<Verdict, Key> = {
  better: "forecast.verdict_better",
  worse: "forecast.verdict_worse",
  undecided: "forecast.verdict_undecided",
  too_few: "forecast.verdict_too_few",
};
const compared = (p: number | null): string => {
  const value = pValue(p);
  return value.startsWith("<") ? value : `= ${value}`;
};

export function certaintyOf(found: Comparison): string {
  const verdict = t(VERDICTS[found.verdict], { p: compared(found.test?.p_value ?? null) });
  const { low, high } = found.skill ?? { low: null, high: null };
  if (low === null || high === null) return verdict;
  return `${verdict} ${t("forecast.skill_interval", { low: metric(low), high: metric(high) })}`;
}
