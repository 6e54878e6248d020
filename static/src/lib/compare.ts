/** From the comparison of the API to what its page draws, without a screen. */
import type { Line, Panel } from "./chart";
import { words } from "./format";
import type { Comparison, ComparedMetric, RunCurve } from "./types";

/** A colour is a run's: the same in every chart and table of the page, and after a reload. */
export const hueOfRun = (place: number): number => place % 8;
export const isDashed = (place: number): boolean => place >= 8;

/** Counts of the confusion matrix and the one point of the test are in the table. */
const NO_CURVE = /(^|_)cm_|^test_/;

/** The runs whose global model the sites measured, where others were measured on held-out rows; else nothing. */
export function judgedBySites(runs: Comparison["runs"]): string {
  const sites = runs.filter((run) => run.evaluated_on === "site_validation");
  return sites.length < runs.length ? sites.map((run) => run.name).join(", ") : "";
}

/** One panel per series, one line per run that has it. */
export function overlays(comparison: Comparison, curves: readonly RunCurve[]): Panel[] {
  const place = new Map(comparison.runs.map((run, index) => [run.id, index]));
  const aims = new Map(comparison.metrics.map((metric) => [metric.name, metric.lower_is_better]));
  return inOrder(comparison.series.filter((name) => !NO_CURVE.test(name)), (name) => name).map((name) => ({
    key: name,
    title: words(name),
    aim: !hasAim(name) ? "none" : aims.get(name) ? "low" : "high",
    lines: curves
      .filter((curve) => curve.name === name && place.has(curve.run_id))
      .map((curve) => lineOf(curve, comparison, place.get(curve.run_id)!)),
  }));
}

function lineOf(curve: RunCurve, comparison: Comparison, index: number): Line {
  return {
    key: `${curve.run_id}`,
    label: `${comparison.runs[index]!.name} (${curve.run_id})`,
    hue: hueOfRun(index),
    dashed: isDashed(index),
    steps: curve.steps,
    values: curve.values,
    min: curve.min,
    max: curve.max,
  };
}

const JUDGED_BY = ["test_", "val_", "global_", "clients_val_"];

/** Tests and validation first: what a model is judged by; then the rest by name. */
function inOrder<T>(things: readonly T[], nameOf: (thing: T) => string): T[] {
  const rank = (name: string): number => {
    const found = JUDGED_BY.findIndex((prefix) => name.startsWith(prefix));
    return found < 0 ? JUDGED_BY.length : found;
  };
  return [...things].sort((a, b) => rank(nameOf(a)) - rank(nameOf(b)) || nameOf(a).localeCompare(nameOf(b), "en"));
}

export const judged = (metrics: readonly ComparedMetric[]): ComparedMetric[] => inOrder(metrics, (metric) => metric.name);

/** Counts, rates and norms are neither better nor worse: nothing is marked as the best of them. */
export const hasAim = (name: string): boolean =>
  /acc|f1|recall|precision|auroc|auc|sensitivity|specificity|loss|error|mae|rmse|mse|score/i.test(name) && !/(^|_)cm_/.test(name);

/** With its sign, so that better and worse are read and not only coloured. */
export function signed(value: number | null, digits = 4): string {
  if (value === null) return "–";
  if (value === 0) return "0";
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
}

export type Verdict = "better" | "worse" | "same";
export function verdict(difference: number | null, lowerIsBetter: boolean): Verdict {
  if (!difference) return "same";
  return difference < 0 === lowerIsBetter ? "better" : "worse";
}
