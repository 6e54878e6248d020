/** The insights page without a screen: results that were measured on the same kind of rows stand in one table. */
import { words } from "./format";
import type { Analytics, Ranking, ResultGroup } from "./types";

/** In this order, as far as any run has the figure. */
export const METRICS = ["accuracy", "f1_score", "auroc", "recall", "precision", "loss"] as const;

const KIND: Record<ResultGroup["kind"], string> = {
  centralized: "Centralized",
  federated: "Federated",
  local_only: "One site alone",
  logged: "Logged by a script",
  imported: "Imported",
};
const ROWS: Record<NonNullable<ResultGroup["measured_on"]>, string> = {
  test: "test rows",
  validation: "validation rows",
  site_validation: "validation rows of the sites",
  reported: "rows unknown, as reported",
};

export const kindWord = (kind: ResultGroup["kind"]): string => KIND[kind];
export const rowsWord = (on: ResultGroup["measured_on"]): string => (on === null ? "no result" : ROWS[on]);

export interface Table {
  key: string;
  dataset: string | null;
  on: ResultGroup["measured_on"];
  metrics: string[];
  groups: ResultGroup[];
  ranking: Ranking | null;
}

const keyOf = (one: { dataset_id: number | null; measured_on: string | null }): string => `${one.dataset_id ?? ""}/${one.measured_on ?? ""}`;

/** One table for each data set and kind of rows, in the order in which the groups come. */
export function tables(told: Analytics): Table[] {
  const rankings = new Map(told.rankings.map((one) => [keyOf(one), one]));
  const found = new Map<string, ResultGroup[]>();
  for (const group of told.groups) found.set(keyOf(group), [...(found.get(keyOf(group)) ?? []), group]);
  return [...found].map(([key, groups]) => ({
    key,
    dataset: groups[0]!.dataset,
    on: groups[0]!.measured_on,
    metrics: METRICS.filter((name) => groups.some((group) => group.metrics[name])),
    groups,
    ranking: rankings.get(key) ?? null,
  }));
}

export function titleOf(table: Table): string {
  const data = table.dataset ?? "No data set here";
  return `${data}: ${rowsWord(table.on)}`;
}

/** The one run that is best; a tie has none. */
export function winner(ranking: Ranking): number | null {
  const first = ranking.runs.filter((run) => run.rank === 1);
  return first.length === 1 ? first[0]!.run_id : null;
}

/** How the runs ended: those that ended by themselves, then what was stopped, runs or waits. */
export function outcomes(told: Analytics): string {
  const ended = told.completed + told.failed;
  const apart = [
    [told.cancelled, "stopped"],
    [told.in_progress, "running"],
    [told.queued, "queued"],
  ] as const;
  const others = apart.filter(([many]) => many).map(([many, word]) => `${many} ${word}`);
  return [`${told.completed} of ${ended} ended runs`, ...others].join(" · ");
}

export const metricWord = (name: string): string => words(name);
