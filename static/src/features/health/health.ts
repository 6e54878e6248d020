/** What the page on health says in the language of the person; the server's English where it knows no code. */
import { ago, bytes, decimal, duration } from "../../lib/format";
import { type Key, t, translated } from "../../lib/i18n";
import { own } from "../../lib/own";
import type { Check, ProcessRow } from "../../lib/types";

const DETAILS: Record<string, Key> = {
  database_failing: "health.unreachable",
  redis_ok: "health.reachable",
  redis_failing: "health.redis_unreachable",
  storage_ok: "health.storage_takes",
  storage_failing: "health.storage_refuses",
  clock_ok: "health.clock_ticks",
  clock_failing: "health.clock_is_silent",
  disk_ok: "health.disk_free",
  disk_low: "health.disk_low",
  disk_full: "health.disk_full",
  disk_read_only: "health.disk_read_only",
  disk_no_inodes: "health.disk_no_inodes",
  disk_not_writable: "health.disk_not_writable",
  disk_unreadable: "health.disk_unreadable",
  queues_empty: "health.nothing_waits",
  queues_ok: "health.queue_waits",
  queues_slow: "health.queue_waits",
  queues_failing: "health.queues_unreadable",
  workers_ok: "health.workers_listen",
  workers_failing: "health.workers_missing",
};
const EXPECTATIONS: Record<string, Key> = {
  database: "health.expects_answer",
  redis: "health.expects_answer",
  storage: "health.expects_bytes",
  clock: "health.expects_tick",
  disk: "health.expects_room",
  workers: "health.expects_listening",
  queues: "health.expects_short_wait",
};
const ADVICE: Record<string, Key> = {
  database_failing: "health.do_database",
  redis_failing: "health.do_redis",
  storage_failing: "health.do_storage",
  clock_failing: "health.do_clock",
  workers_failing: "health.do_workers",
  queues_slow: "health.do_queues",
  disk_low: "health.do_disk_space",
  disk_full: "health.do_disk_space",
  disk_no_inodes: "health.do_disk_inodes",
  disk_read_only: "health.do_disk_mount",
  disk_not_writable: "health.do_disk_rights",
  disk_unreadable: "health.do_disk_unreadable",
};
const COMMANDS: Record<string, string> = {
  clock_failing: "clock",
  workers_failing: "worker --queue",
  queues_slow: "worker --queue",
};
/** Where what a part is about is seen one by one. */
const PAGES: Readonly<Record<string, string>> = {
  clock: "/schedules",
  workers: "/jobs?state=queued",
  queues: "/jobs?state=queued",
};
const CONTENTS: Record<string, Key> = {
  home: "health.contents_home",
  database: "health.contents_database",
  objects: "health.contents_objects",
  logs: "health.contents_logs",
};
const STATUSES: Record<string, Key> = {
  ok: "health.status_ok",
  degraded: "health.status_degraded",
  failing: "health.status_failing",
};
const KINDS: Record<string, Key> = { train_run: "lib.training", import_runs: "health.job_import" };

const spoken =
  (words: Record<string, Key>) =>
  (word: string): string => {
    const key = own(words, word);
    return key ? t(key) : word;
  };
export const pageOf = (check: Check): string | undefined => own(PAGES, check.code.split("_")[0]!);
export const statusWord = spoken(STATUSES);
export const jobKind = spoken(KINDS);
const contentWord = spoken(CONTENTS);

/** What lies on a disk: `home+database` in words. */
export const contentsOf = (contents: string): string => contents.split("+").map(contentWord).join(", ");

type Params = Record<string, string | number>;

/** The name of a part of the platform, by the code of its check. */
export function partName(check: Check): string {
  const params = (check.params ?? {}) as Params;
  const [part] = check.code.split("_");
  if (part === "database") return t("health.database");
  if (part === "redis") return "Redis";
  if (part === "storage") return t("health.object_store");
  if (part === "clock") return t("health.clock");
  if (part === "disk") return t("health.disk_with", { contents: contentsOf(String(params.contents ?? "")) });
  if (part === "queues") return t("health.waiting_jobs");
  if (part === "workers") return t("health.workers_of", { queue: String(params.queue ?? "") });
  return check.name;
}

/** What a check found, in one sentence. */
export function checkText(check: Check): string {
  const params = (check.params ?? {}) as Params;
  if (check.code === "database_ok") return String(params.kind ?? check.detail);
  const key = own(DETAILS, check.code);
  if (!key) return translated(check.detail);
  const age = decimal(String(params.age ?? ""));
  const wait = duration(Number(params.seconds ?? 0));
  const sizes = { age, wait, free: bytes(Number(params.free ?? 0)), total: bytes(Number(params.total ?? 0)) };
  return t(key, { ...params, ...sizes });
}

/** What a part is held against, in one sentence. */
export function thresholdText(check: Check): string {
  const key = own(EXPECTATIONS, check.code.split("_")[0] ?? "");
  if (!key) return translated(check.threshold);
  const { seconds = 0, low = 0, full = 0 } = check.limits;
  return t(key, { seconds, minutes: Math.round(seconds / 60), low: bytes(low), full: bytes(full) });
}

/** What to do about a part, and the command that does it; empty where there is nothing to do. */
export function adviceOf(check: Check): { text: string; command: string } {
  const key = own(ADVICE, check.code);
  const program = own(COMMANDS, check.code);
  const command = program ? `python -m app ${program} ${String(check.params.queue ?? "")}`.trim() : "";
  return { text: key ? t(key) : translated(check.advice), command };
}

/** When the status of a part changed last. */
export const changedText = (check: Check, now: number): string =>
  check.changed_at ? t("health.changed", { ago: ago(check.changed_at, now) }) : t("health.changed_now");

/** From when on a wait is worth a look, and from when on it is too long, in seconds. */
export function waitHeat(seconds: number | null | undefined): "" | "warm" | "hot" {
  if (!seconds || seconds < 300) return "";
  return seconds < 3600 ? "warm" : "hot";
}

/** How the process before this one ended. */
export function endingText(ending: NonNullable<ProcessRow["last_ending"]>): string {
  const lived = duration(ending.lived_seconds);
  if (ending.signal === "SIGKILL") return t("health.ended_by_kill", { lived });
  if (ending.signal) return t("health.ended_by_signal", { signal: ending.signal, lived });
  return t("health.ended_with_status", { status: ending.status ?? "?", lived });
}
