/** How jobs are put into words. */
import { absolute, count, duration } from "../../lib/format";
import { t, translated, type Key } from "../../lib/i18n";
import type { JobRow } from "./jobs.svelte";

const KINDS: Readonly<Record<string, Key>> = {
  analyze_benchmark: "jobs.kind_analyze_benchmark",
  ask_model: "jobs.kind_ask_model",
  backtest_forecaster: "jobs.kind_backtest_forecaster",
  build_datasets: "jobs.kind_build_datasets",
  build_personas: "jobs.kind_build_personas",
  check_connection: "jobs.kind_check_connection",
  draw_plot: "jobs.kind_draw_plot",
  import_runs: "jobs.kind_import_runs",
  knock_at_model: "jobs.kind_knock_at_model",
  logged_run: "jobs.kind_logged_run",
  measure_forecaster: "jobs.kind_measure_forecaster",
  probe_model: "jobs.kind_probe_model",
  refresh_connection: "jobs.kind_refresh_connection",
  scheduled_work: "jobs.kind_scheduled_work",
  train_forecaster: "jobs.kind_train_forecaster",
  train_run: "jobs.kind_train_run",
  train_trial: "jobs.kind_train_trial",
  warm_benchmark: "jobs.kind_warm_benchmark",
  write_attributes: "jobs.kind_write_attributes",
};
export const kindOf = (kind: string): string => (KINDS[kind] ? t(KINDS[kind]) : kind);

const WAITS: Readonly<Record<string, Key>> = {
  external: "jobs.wait_external",
  redis_away: "jobs.wait_redis_away",
  no_worker: "jobs.wait_no_worker",
  behind: "jobs.wait_behind",
  next: "jobs.wait_next",
  soon: "jobs.wait_soon",
  after_death: "jobs.wait_after_death",
  not_before: "jobs.wait_not_before",
  disk_full: "jobs.wait_disk_full",
  disk_read_only: "jobs.wait_disk_read_only",
  disk_failing: "jobs.wait_disk_failing",
  storage_away: "jobs.wait_storage_away",
  database_away: "jobs.wait_database_away",
};

/** Why a job waits; null for one that does not. */
export function waitOf(job: JobRow): string | null {
  if (!job.wait) return null;
  const { code, detail, params } = job.wait;
  const key = WAITS[code];
  if (!key) return translated(detail);
  const values = params as Record<string, string | number>;
  const at = typeof values.at === "string" ? absolute(values.at) : "";
  return t(key, { ...values, at });
}

const seconds = (from: string, to: string | number): number => (new Date(to).getTime() - Date.parse(from)) / 1000;

/** How long it waited for its first worker, or has waited so far. */
export function waitedFor(job: JobRow, now: number): string {
  const until = job.started_at ?? job.finished_at ?? now;
  return duration(Math.max(0, seconds(job.created_at, until)));
}

/** How long its last attempt took, or has taken so far. */
export function ranFor(job: JobRow, now: number): string {
  if (!job.started_at || job.wait) return "–";
  return duration(Math.max(0, seconds(job.started_at, job.finished_at ?? now)));
}

export const nameOf = (job: JobRow): string => job.name ?? job.subject;

/** "10,000+" where no more are counted. */
export const countOf = (many: number, more: boolean): string => (more ? `${count(many)}+` : count(many));
