/** What may be said of a schedule beside what and when, as its form holds it and as it is sent. */
import { t, type Key } from "../../lib/i18n";
import type { Schedule } from "./schedule";

/** Empty texts and nulls mean what the server takes by default. Moments are on the reader's clock. */
export interface Settings {
  catch_up: "skip" | "one" | "all";
  catch_up_most: number | null;
  max_attempts: number | null;
  backoff: string;
  timeout_s: number | null;
  must_end_by: string;
  longest: number | null;
  concurrency_key: string;
  depends_on: number | null;
  exclude: string;
  starts_at: string;
  ends_at: string;
  jitter_s: number | null;
}
export const SETTINGS = [
  "catch_up",
  "catch_up_most",
  "max_attempts",
  "backoff",
  "timeout_s",
  "must_end_by",
  "longest",
  "concurrency_key",
  "depends_on",
  "exclude",
  "starts_at",
  "ends_at",
  "jitter_s",
] as const;

export const emptySettings = (): Settings => ({
  catch_up: "skip",
  catch_up_most: null,
  max_attempts: null,
  backoff: "",
  timeout_s: null,
  must_end_by: "",
  longest: null,
  concurrency_key: "",
  depends_on: null,
  exclude: "",
  starts_at: "",
  ends_at: "",
  jitter_s: null,
});

/** A moment as a field of date and time shows it, on the reader's clock; to the minute. */
export function localMoment(at: string | null): string {
  if (at === null) return "";
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

export const settingsOf = (one: Schedule): Settings => ({
  catch_up: one.catch_up,
  catch_up_most: one.catch_up_most,
  max_attempts: one.max_attempts,
  backoff: one.backoff?.join(", ") ?? "",
  timeout_s: one.timeout_s,
  must_end_by: one.must_end_by ?? "",
  longest: one.longest,
  concurrency_key: one.concurrency_key ?? "",
  depends_on: one.depends_on,
  exclude: one.exclude.join(", "),
  starts_at: localMoment(one.starts_at),
  ends_at: localMoment(one.ends_at),
  jitter_s: one.jitter_s,
});

const parts = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);
/** What is no number is sent as it is, so that the server says what is wrong with it. */
const numbers = (text: string): unknown[] =>
  parts(text).map((one) => (Number.isFinite(Number(one)) ? Number(one) : one));
const moment = (text: string): string | null => (text ? new Date(text).toISOString() : null);

/** The settings as they are sent. */
export const settingsBody = (one: Settings): Record<(typeof SETTINGS)[number], unknown> => ({
  catch_up: one.catch_up,
  catch_up_most: one.catch_up_most ?? 1,
  max_attempts: one.max_attempts,
  backoff: one.backoff.trim() ? numbers(one.backoff) : null,
  timeout_s: one.timeout_s,
  must_end_by: one.must_end_by || null,
  longest: one.longest,
  concurrency_key: one.concurrency_key.trim() || null,
  depends_on: one.depends_on,
  exclude: parts(one.exclude),
  starts_at: moment(one.starts_at),
  ends_at: moment(one.ends_at),
  jitter_s: one.jitter_s ?? 0,
});

const WORDS: Readonly<Record<string, Key>> = {
  name: "common.name",
  params: "schedules.parameters",
  cron: "schedules.field_cron",
  interval_s: "schedules.field_interval",
  run_at: "schedules.field_run_at",
  timezone: "schedules.time_zone",
  visibility: "schedules.field_visibility",
  catch_up: "schedules.catch_up",
  catch_up_most: "schedules.catch_up_most",
  max_attempts: "schedules.attempts",
  backoff: "schedules.backoff",
  timeout_s: "schedules.timeout",
  must_end_by: "schedules.must_end_by",
  longest: "schedules.longest",
  concurrency_key: "schedules.concurrency_key",
  depends_on: "schedules.depends_on",
  exclude: "schedules.exclude",
  starts_at: "schedules.starts_at",
  ends_at: "schedules.ends_at",
  jitter_s: "schedules.jitter",
};
/** What a field of a schedule is called. */
export const fieldWord = (name: string): string => (WORDS[name] ? t(WORDS[name]) : name);
/** Lengths of time where their values have units, unlike in the form. */
const READ: Readonly<Record<string, Key>> = {
  interval_s: "schedules.read_interval",
  backoff: "schedules.read_backoff",
  timeout_s: "schedules.read_timeout",
  longest: "schedules.read_longest",
  jitter_s: "schedules.read_jitter",
};
/** What a field of a schedule is called where its value is read. */
export const readWord = (name: string): string => (READ[name] ? t(READ[name]) : fieldWord(name));

export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}
export const alike = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
const MOMENTS = new Set(["starts_at", "ends_at", "run_at"]);
const sameMinute = (a: unknown, b: unknown): boolean =>
  typeof a === "string" && typeof b === "string" && localMoment(a) === localMoment(b);

/** What a body changes of a schedule, field by field; moments are compared as fields show them: by the minute. */
export function changesOf(before: Schedule, body: Readonly<Record<string, unknown>>): Change[] {
  return Object.entries(body)
    .map(([field, after]) => ({ field, before: (before as unknown as Record<string, unknown>)[field], after }))
    .filter((one) => !alike(one.before, one.after) && !(MOMENTS.has(one.field) && sameMinute(one.before, one.after)));
}
