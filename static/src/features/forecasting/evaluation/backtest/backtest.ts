/** Backtests of a model as the API gives them, and their cut-offs as lines of a chart. */
import { t } from "../../../../lib/i18n";
import type { Line, Panel } from "../../../../ui/chart/chart";
import type { JobState } from "../../../../lib/types";

export interface FoldBlock {
  windows: number;
  first: string;
  last: string;
}
export interface Spread {
  n: number;
  mean: number;
  deviation: number | null;
  low: number;
  high: number;
}
export interface Fold {
  number: number;
  cutoff: string;
  blocks: Record<"train" | "validation" | "test", FoldBlock>;
  left_out: number;
  scalers: { fitted_on: string };
  leaks: string[];
  metrics: Record<string, number | null>;
  outputs: Record<string, Record<string, number | null>>;
  seconds: number;
}
export interface Backtest {
  id: number;
  run_id: number;
  cutoffs: number;
  test_windows: number;
  validation_windows: number;
  state: JobState;
  progress: number;
  detail: string | null;
  created_at: string;
  finished_at: string | null;
  folds: Fold[];
  spread: Record<string, Spread | null>;
}

export const SHOWN = ["skill", "mase_seasonal", "mae", "rmse", "wape"] as const;
export type BacktestMetric = (typeof SHOWN)[number];

/** The metrics that a backtest has a value of, in the order of the page. */
export const metricsOf = (backtest: Backtest): BacktestMetric[] =>
  SHOWN.filter((name) => backtest.folds.some((fold) => typeof fold.metrics[name] === "number"));

/** A metric by cut-off, and its mean over them with the band from the lowest to the highest. */
export function foldPanel(backtest: Backtest, metric: BacktestMetric, title: string): Panel {
  const steps = backtest.folds.map((fold) => fold.number);
  const spread = backtest.spread[metric];
  const own: Line = {
    key: metric,
    label: t("forecast.at_the_cutoff"),
    hue: 0,
    dashed: false,
    steps,
    values: backtest.folds.map((fold) => fold.metrics[metric] ?? null),
  };
  const panel: Panel = { key: `backtest-${metric}`, title, aim: "none", lines: [own] };
  if (spread && spread.n > 1) {
    const flat = (value: number): number[] => steps.map(() => value);
    panel.lines.push({
      key: `${metric}/mean`,
      label: t("forecast.mean_and_range"),
      hue: 1,
      dashed: true,
      steps,
      values: flat(spread.mean),
      min: flat(spread.low),
      max: flat(spread.high),
    });
  }
  return panel;
}
