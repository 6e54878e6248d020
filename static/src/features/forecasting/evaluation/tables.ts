/** The tables of an evaluation as lines of a chart: the model beside its baselines. */
import { percent } from "../../../lib/format";
import { t, type Key } from "../../../lib/i18n";
import { own } from "../../../lib/own";
import type { Line, Panel } from "../../../ui/chart/chart";
import type { CloserLook, Column, Evaluation, Measures, Table } from "../wire";

export const DELTA = "delta [min]";
export const METRICS = ["MAE", "RMSE", "MSE", "MAPE", "sMAPE", "WAPE", "NRMSE", "MASE"] as const;
export type MetricName = (typeof METRICS)[number];
const IN_PERCENT: ReadonlySet<MetricName> = new Set(["MAPE", "sMAPE", "WAPE"]);
/** What stands above the column of a metric: its name, and its unit where that is not the data's own. */
export const headOf = (name: MetricName): string => (IN_PERCENT.has(name) ? `${name} [%]` : name);

const NAMES: Readonly<Record<string, Key>> = {
  auto_ets: "forecast.auto_ets",
  naive: "forecast.naive",
  seasonal_naive: "forecast.seasonal_naive",
};
export const baselineName = (name: string): string => {
  const key = own(NAMES, name);
  return key ? t(key) : name;
};

/** The model first, then its baselines, each with its name. */
export function measuredBeside(evaluation: Evaluation): { key: string; label: string; measures: Measures }[] {
  const baselines = Object.entries(evaluation.baselines).map(([name, measures]) => ({
    key: name,
    label: baselineName(name),
    measures,
  }));
  return [{ key: "model", label: t("nav.model"), measures: evaluation }, ...baselines];
}

const CAUTIONS: Readonly<Record<string, Key>> = {
  all_zero: "forecast.caution_all_zero",
  constant: "forecast.caution_constant",
  mean_near_zero: "forecast.caution_mean_near_zero",
  mixed_signs: "forecast.caution_mixed_signs",
  near_zeros: "forecast.caution_near_zeros",
  negative_mean: "forecast.caution_negative_mean",
  zeros: "forecast.caution_zeros",
};
/** Which metrics mean nothing for an output, and why; in words, with the share of values at fault. */
export const cautionTexts = (look: CloserLook | undefined): string[] =>
  (look?.cautions ?? []).flatMap(({ metric, reason, share }) => {
    const key = own(CAUTIONS, reason);
    return key ? [`${metric}: ${t(key, { share: share === null ? "" : percent(share) })}`] : [];
  });

/** The metric that charts begin with: MAE, or what the server leads with where a relative one means nothing. */
export function firstMetric(look: CloserLook | undefined): MetricName {
  const isLed = look?.cautions?.some(({ metric }) => metric === "MAPE" || metric === "NRMSE");
  return METRICS.find((name) => isLed && name === look?.leading_metric) ?? "MAE";
}

/** What a value of a level averages over: minutes, or the number of the level where there is no step width. */
export function levelsOf(table: Table | undefined): number[] {
  return (table?.[DELTA] ?? []).map((delta, place) => delta ?? place + 1);
}

export const metricsOf = (table: Table | undefined): MetricName[] => METRICS.filter((name) => table?.[name]);

const line = (key: string, label: string, place: number, steps: number[], values: Column): Line => ({
  key,
  label,
  hue: place % 8,
  dashed: place > 0,
  steps,
  values,
});

export function levelPanel(evaluation: Evaluation, output: string, metric: MetricName): Panel {
  const lines = measuredBeside(evaluation).flatMap(({ key, label, measures }, place) => {
    const table = measures.df_eval[output];
    const values = table?.[metric];
    return values ? [line(key, label, place, levelsOf(table), values)] : [];
  });
  return { key: `levels-${metric}`, title: t("forecast.metric_by_level", { metric }), aim: "none", lines };
}

/** The levels of the table by lead time, as its keys: minutes of a block, or "a1", "a2", … */
export const leadLevels = (evaluation: Evaluation, output: string): string[] =>
  Object.keys(evaluation.df_eval_ts?.[output] ?? {});

/** How many minutes after the reference time each block ends; its number where steps have no known times. */
export function leadTimes(offsets: readonly number[] | undefined, level: number, blocks: number): number[] {
  return Array.from({ length: blocks }, (_, block) => offsets?.[(block + 1) * level - 1] ?? block + 1);
}

export function leadPanel(evaluation: Evaluation, output: string, level: string, metric: MetricName): Panel {
  const number = leadLevels(evaluation, output).indexOf(level) + 1;
  const offsets = evaluation.outputs?.[output]?.offsets_minutes;
  const lines = measuredBeside(evaluation).flatMap(({ key, label, measures }, place) => {
    const values = measures.df_eval_ts?.[output]?.[level]?.[metric];
    return values ? [line(key, label, place, leadTimes(offsets, number, values.length), values)] : [];
  });
  return { key: `lead-${metric}`, title: t("forecast.metric_by_lead_time", { metric }), aim: "none", lines };
}

/** Which share of the test values lies inside the prediction interval at each step, beside the aim. */
export function coveragePanel({ conformal, offsets_minutes: offsets }: CloserLook): Panel {
  const steps = leadTimes(offsets, 1, conformal.coverage.by_step.length);
  const of = (name: "share" | "low" | "high"): Column => conformal.coverage.by_step.map((one) => one[name]);
  const measured = line("covered", t("forecast.measured_word"), 0, steps, of("share"));
  const aim = line(
    "aim",
    t("forecast.interval_aim"),
    1,
    steps,
    steps.map(() => 1 - conformal.alpha),
  );
  const lines = [{ ...measured, min: of("low"), max: of("high") }, aim];
  return { key: "coverage", title: t("forecast.covered_by_lead_time"), aim: "none", lines };
}
