/** From the comparison of the API to what its page draws, without a screen. */
import { t } from "../../../lib/i18n";
import { aimOf, type Line, type Panel } from "../../../ui/chart/chart";
import { metric, words } from "../../../lib/format";
import { rowsWord } from "../list/columns";
import type { Comparison, ComparedMetric, RunCurve } from "../../../lib/types";

/** A colour is a run's: the same in every chart and table of the page, and after a reload. */
export const hueOfRun = (place: number): number => place % 8;
export const isDashed = (place: number): boolean => place >= 8;

/** Counts of the confusion matrix are in the table, and so is the one point of the test of our own trainings. */
const COUNTS = /(^|_)cm_/;
function isNoCurve(comparison: Comparison, metric: ComparedMetric): boolean {
  if (COUNTS.test(metric.name)) return true;
  const measured = comparison.runs.filter((_, place) => metric.values[place]);
  return /^test_/.test(metric.name) && measured.every((run) => run.origin === "trained");
}

/** A sentence where some of these runs were measured by the sites and others elsewhere; else nothing. */
export function judgedApart(runs: Comparison["runs"]): string {
  const named = (on: string): string =>
    runs
      .filter((run) => run.evaluated_on === on)
      .map((run) => run.name)
      .join(", ");
  const sites = named("site_validation");
  const held = named("held_out_rows");
  if (!sites || runs.every((run) => run.evaluated_on === "site_validation")) return "";
  const end = t("compare.their_figures_are_not_of_the");
  return held
    ? t("compare.the_global_models_are_measured_on", { sites, held, end })
    : t("compare.the_sites_own_validation_rows_measured", { sites, end });
}

/** One chart of the page: a title and the names under which the runs tell it. */
interface Theme {
  key: string;
  names: string[];
}

const SPELLINGS: Record<string, string[]> = {
  loss: ["loss"],
  accuracy: ["acc", "accuracy"],
  precision: ["precision"],
  recall: ["recall"],
  f1_score: ["f1", "f1_score"],
  auroc: ["auroc", "auc"],
};

/** What both modes measure under names of their own: `val_acc` of one run lies over `global_accuracy` of another. */
function acrossModes(known: ReadonlySet<string>): Theme[] {
  return Object.entries(SPELLINGS).flatMap(([key, spellings]) => {
    const [server, own] = ["global", "val"].map((phase) =>
      spellings.map((one) => `${phase}_${one}`).filter((name) => known.has(name)),
    );
    return server!.length && own!.length ? [{ key, names: [key, ...server!, ...own!] }] : [];
  });
}

/** The charts in order: what both modes measure, what several runs share, then what only one has. */
export function themes(comparison: Comparison): Theme[] {
  const curves = comparison.metrics.filter((metric) => metric.values.some((value) => value !== null));
  const measured = curves.map((metric) => metric.name);
  const both = acrossModes(new Set(measured));
  const taken = new Set(both.flatMap((theme) => theme.names));
  const shared = new Set(comparison.series);
  const left = inOrder(
    curves.filter((metric) => !isNoCurve(comparison, metric) && !taken.has(metric.name)).map((metric) => metric.name),
    (name) => name,
  );
  const single = (inBoth: boolean): Theme[] =>
    left.filter((name) => shared.has(name) === inBoth).map((name) => ({ key: name, names: [name] }));
  return [...both, ...single(true), ...single(false)];
}

/** One panel per theme, one line per run that has it. */
export function overlays(comparison: Comparison, curves: readonly RunCurve[], shown: readonly Theme[]): Panel[] {
  const place = new Map(comparison.runs.map((run, index) => [run.id, index]));
  const known = new Map(comparison.metrics.map((metric) => [metric.name, metric]));
  return shown.map(({ key, names }) => {
    const mine = curves.filter((curve) => names.includes(curve.name) && place.has(curve.run_id));
    const rows = (curve: RunCurve): string | null =>
      known.get(curve.name)?.values[place.get(curve.run_id)!]?.measured_on ?? null;
    const apart = new Set(mine.map(rows)).size > 1;
    return {
      key,
      title: words(key),
      aim: aimOf(known.get(key)?.goal),
      lines: mine.map((curve) => {
        const line = lineOf(curve, comparison, place.get(curve.run_id)!, known.get(curve.name));
        const on = rows(curve);
        if (apart && on) line.label += `, ${rowsWord(on)}`;
        const alone = mine.every((other) => other === curve || other.run_id !== curve.run_id);
        return alone ? line : { ...line, label: `${line.label}, ${curve.name}` };
      }),
    };
  });
}

/** Epochs of our own trainings count from 0 on the wire and from 1 for people. */
const shiftOf = (run: Comparison["runs"][number]): number =>
  run.origin === "trained" && run.training_mode === "centralized" ? 1 : 0;

function lineOf(curve: RunCurve, comparison: Comparison, index: number, metric: ComparedMetric | undefined): Line {
  const run = comparison.runs[index]!;
  const shift = shiftOf(run);
  const whole = metric?.values[index];
  return {
    key: `${curve.run_id}/${curve.name}`,
    name: curve.name,
    label: `${run.name} (${curve.run_id})`,
    hue: hueOfRun(index),
    dashed: isDashed(index),
    steps: shift ? curve.steps.map((step) => step + shift) : curve.steps,
    values: curve.values,
    min: curve.min,
    max: curve.max,
    whole: whole
      ? {
          ...whole,
          goal: metric?.goal ?? null,
          in_catalogue: metric?.in_catalogue,
          best_step: whole.best_step === null ? null : whole.best_step + shift,
        }
      : undefined,
  };
}

const JUDGED_BY = ["test_", "val_", "global_", "clients_val_"];

/** Tests and validation first: what a model is judged by; then the rest by name. */
function inOrder<T>(things: readonly T[], nameOf: (thing: T) => string): T[] {
  const rank = (name: string): number => {
    const place = JUDGED_BY.findIndex((prefix) => name.startsWith(prefix));
    return place < 0 ? JUDGED_BY.length : place;
  };
  return [...things].sort((a, b) => rank(nameOf(a)) - rank(nameOf(b)) || nameOf(a).localeCompare(nameOf(b), "en"));
}

export const judged = (metrics: readonly ComparedMetric[]): ComparedMetric[] =>
  inOrder(metrics, (metric) => metric.name);

/** The kinds of rows on which runs were measured under this name; several cannot be compared with each other. */
export const rowsOfMetric = (metric: ComparedMetric): string[] => [
  ...new Set(metric.values.flatMap((value) => (value?.measured_on ? [value.measured_on] : []))),
];

/** With its sign, so that better and worse are read and not only coloured; else as the values are written. */
export function signed(value: number | null): string {
  if (value === null) return "–";
  if (value === 0) return "0";
  return `${value < 0 ? "−" : "+"}${metric(Math.abs(value))}`;
}

export type Verdict = "better" | "worse" | "same";
export function verdict(difference: number | null, lowerIsBetter: boolean | null): Verdict {
  if (!difference || lowerIsBetter === null) return "same";
  return difference < 0 === lowerIsBetter ? "better" : "worse";
}
