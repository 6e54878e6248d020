/** The insights page without a screen: results that were measured on the same kind of rows stand in one table. */
import { count, words } from "../../../lib/format";
import { t } from "../../../lib/i18n";
import { stateWord } from "../../../lib/states";
import type { Analytics, Ranking, ResultGroup } from "../../../lib/types";

/** In this order, as far as any run has the figure. */
export const METRICS = [
  "accuracy",
  "f1_score",
  "auroc",
  "recall",
  "precision",
  "loss",
  "skill",
  "mase_seasonal",
] as const;

const KIND: Record<ResultGroup["kind"], string> = {
  centralized: t("common.centralized"),
  federated: t("common.federated"),
  local_only: t("insights.one_site_alone"),
  logged: t("insights.logged_by_a_script"),
  imported: t("insights.imported"),
};
const ROWS: Record<NonNullable<ResultGroup["measured_on"]>, string> = {
  test: t("insights.test_rows"),
  validation: t("insights.validation_rows"),
  site_validation: t("insights.validation_rows_of_the_sites"),
  reported: t("insights.rows_unknown_as_reported"),
};

export const kindWord = (kind: ResultGroup["kind"]): string => KIND[kind];
export const rowsWord = (on: ResultGroup["measured_on"]): string => (on === null ? t("insights.no_result") : ROWS[on]);

export interface Table {
  key: string;
  task: ResultGroup["task"];
  dataset: string | null;
  on: ResultGroup["measured_on"];
  metrics: string[];
  groups: ResultGroup[];
  ranking: Ranking | null;
}

const rowsOf = (one: { dataset_id: number | null; measured_on: string | null }): string =>
  `${one.dataset_id ?? ""}/${one.measured_on ?? ""}`;
const keyOf = (one: ResultGroup): string => `${one.task}/${rowsOf(one)}`;

/** One table for each task, data set and kind of rows, in the order in which the groups come. */
export function tables(analytics: Analytics): Table[] {
  const rankings = new Map(analytics.rankings.map((one) => [rowsOf(one), one]));
  const byKey = new Map<string, ResultGroup[]>();
  for (const group of analytics.groups) byKey.set(keyOf(group), [...(byKey.get(keyOf(group)) ?? []), group]);
  return [...byKey].map(([key, groups]) => ({
    key,
    task: groups[0]!.task,
    dataset: groups[0]!.dataset,
    on: groups[0]!.measured_on,
    metrics: METRICS.filter((name) => groups.some((group) => group.metrics[name])),
    groups,
    ranking: rankings.get(rowsOf(groups[0]!)) ?? null,
  }));
}

export function titleOf(table: Table): string {
  const none = table.task === "forecasting" ? t("insights.forecasting_sessions") : t("insights.no_data_set_here");
  return t("insights.data_rows", { data: table.dataset ?? none, rows: rowsWord(table.on) });
}

/** The one run that is best; a tie has none. */
export function winner(ranking: Ranking): number | null {
  const first = ranking.runs.filter((run) => run.rank === 1);
  return first.length === 1 ? first[0]!.run_id : null;
}

/** How the runs ended: those that ended by themselves, then what was stopped, runs or waits. */
export function outcomes(analytics: Analytics): string {
  const ended = analytics.completed + analytics.failed;
  const apart = [
    [analytics.cancelled, t("insights.stopped")],
    [analytics.in_progress, stateWord("running")],
    [analytics.queued, stateWord("queued")],
  ] as const;
  const others = apart.filter(([many]) => many).map(([many, word]) => `${count(many)} ${word}`);
  return [
    t("insights.completed_of_ended_ended_runs", { completed: count(analytics.completed), ended: count(ended) }),
    ...others,
  ].join(" · ");
}

export const metricWord = (name: string): string => words(name);
