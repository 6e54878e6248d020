/** Schedules and their executions: what the server says of them, in the words of the pages. */
import cronstrue from "cronstrue";
import "cronstrue/locales/de";
import type { components } from "../../lib/schema";
import { count, duration, titled } from "../../lib/format";
import { language, t, translated, type Key } from "../../lib/i18n";
import { exact, zoned } from "./moments";

type Shapes = components["schemas"];
export type Schedule = Shapes["ScheduleSummary"];
export type Execution = Shapes["ExecutionSummary"];
export type Attempt = Shapes["AttemptDetail"];
export type Kind = Shapes["KindView"];
export type DueTimes = Shapes["DueTimesView"];
export type ScheduleVersion = Shapes["ScheduleVersionView"];
/** One parameter of a kind. */
export interface Parameter {
  type: "string" | "integer" | "number" | "boolean" | "array" | "object";
  required: boolean;
  default: unknown;
  choices: string[] | null;
}

export const BASE = "/api/scheduler/schedules";
export const FILE = `${BASE}/file`;

const of =
  (words: Record<string, Key>) =>
  (word: string): string =>
    words[word] ? t(words[word]) : titled(word);

export const kindWord = of({
  "training.run": "schedules.kind_training_run",
  "benchmark.run": "schedules.kind_benchmark_run",
  "forecasting.session": "schedules.kind_forecasting_session",
  reconcile: "schedules.kind_reconcile",
  "site.analyse": "schedules.kind_site_analyse",
  "dataset.refresh": "schedules.kind_dataset_refresh",
  "token.check": "schedules.kind_token_check",
  "retention.sweep": "schedules.kind_retention_sweep",
  "health.probe": "schedules.kind_health_probe",
  "counters.rollup": "schedules.kind_counters_rollup",
});
export const scheduleStateWord = of({
  active: "schedules.state_active",
  cooling_off: "schedules.state_cooling_off",
  half_open: "schedules.state_half_open",
  needs_intervention: "schedules.state_needs_intervention",
  paused: "schedules.state_paused",
  archived: "schedules.state_archived",
});
/** Why an attempt failed, in a few words; the code itself where it has none. */
export const codeWord = of({
  rate_limited: "schedules.code_rate_limited",
  quota_exhausted: "schedules.code_quota_exhausted",
  auth_expired: "schedules.code_auth_expired",
  auth_revoked: "schedules.code_auth_revoked",
  forbidden: "schedules.code_forbidden",
  not_found: "schedules.code_not_found",
  network: "schedules.code_network",
  timeout: "schedules.code_timeout",
  config: "schedules.code_config",
  bad_data: "schedules.code_bad_data",
  oom: "schedules.code_oom",
  preempted: "schedules.code_preempted",
  worker_lost: "schedules.code_worker_lost",
  internal: "schedules.code_internal",
});
/** The words of jobs, and the two that only executions have. */
export const executionWord = of({
  queued: "state.queued",
  starting: "state.starting",
  running: "state.running",
  stopping: "state.stopping",
  succeeded: "state.succeeded",
  failed: "state.failed",
  cancelled: "state.cancelled",
  lost: "state.lost",
  retrying: "schedules.state_retrying",
  skipped: "schedules.state_skipped",
});
export const skipWord = of({
  overlapped: "schedules.skip_overlapped",
  missed: "schedules.skip_missed",
  dependency_failed: "schedules.skip_dependency_failed",
  unchanged: "schedules.skip_unchanged",
  switched_off: "schedules.skip_switched_off",
});
export const sourceWord = of({
  schedule: "schedules.source_schedule",
  manual: "schedules.source_manual",
  backfill: "schedules.source_backfill",
  retry: "schedules.source_retry",
});
export const changeWord = of({
  moved: "schedules.change_moved",
  repeated: "schedules.change_repeated",
});

export const isOver = (state: string): boolean => ["succeeded", "failed", "cancelled", "skipped"].includes(state);

/** A cron expression as a sentence; null for one that is none. */
export function cronWords(expression: string): string | null {
  const verbose = /^\S+ \d/.test(expression.trim()); // "every minute" needs no "every hour, every day"
  try {
    return cronstrue.toString(expression, { locale: language, use24HourTimeFormat: true, verbose });
  } catch {
    return null;
  }
}
/** When a schedule is due, in words. */
export function cadenceWords(one: Pick<Schedule, "cron" | "interval_s" | "run_at">): string {
  if (one.cron) return cronWords(one.cron) ?? one.cron;
  if (one.interval_s) return t("schedules.every", { time: duration(one.interval_s) });
  return one.run_at ? t("schedules.once", { time: zoned(one.run_at) }) : "–";
}
/** The page of what an execution became, and what to call it; null where it has none. */
export function pageOf(one: Pick<Execution, "subject" | "result">): { path: string; name: string } | null {
  const [kind, id] = (one.subject ?? "").split(":");
  const session = (one.result as { session_id?: string } | null)?.session_id;
  if (session) return { path: `/sessions/${session}`, name: t("schedules.its_session") };
  const analysis = (one.result as { analysis_id?: number } | null)?.analysis_id;
  if (analysis) return { path: `/sites/${analysis}`, name: t("schedules.analysis_id", { id: String(analysis) }) };
  if (!kind || !id) return null;
  if (kind === "run") return { path: `/runs/${id}`, name: t("schedules.run_id", { id }) };
  const isBenchmark = kind === "benchmark" || kind === "benchmark_run";
  return isBenchmark ? { path: `/benchmarks/${id}`, name: t("schedules.benchmark_id", { id }) } : null;
}
/** Why an execution that waits does so. */
export function waitWords(one: Execution): string | null {
  if (one.skip_reason) return skipWord(one.skip_reason) + (one.missed > 1 ? ` (${count(one.missed)})` : "");
  if (one.state === "retrying" && one.begin_at) return t("schedules.tried_again_at", { time: exact(one.begin_at) });
  return one.waits_for === null ? null : translated(one.waits_for);
}
/** The parameters as they are sent: empty ones are left out, numbers and lists are read. Raises SyntaxError. */
export function readParams(kind: Kind, given: Readonly<Record<string, string | boolean>>): Record<string, unknown> {
  const entries = Object.entries(kind.params as unknown as Record<string, Parameter>).flatMap(([name, one]) => {
    const value = given[name];
    if (value === undefined || value === "" || value === one.default) return [];
    return [[name, typeof value === "boolean" ? value : read(one.type, value)] as const];
  });
  return Object.fromEntries(entries);
}
function read(type: Parameter["type"], text: string): unknown {
  if (type === "integer" || type === "number") return Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === "array" || type === "object") return JSON.parse(text);
  return text;
}
/** A parameter as a field shows it. */
export const shown = (value: unknown): string | boolean =>
  typeof value === "boolean" || typeof value === "string"
    ? value
    : value === null || value === undefined
      ? ""
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);
