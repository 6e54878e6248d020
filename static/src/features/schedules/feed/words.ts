/** What happened to a schedule, in words. */
import { duration, sentence, titled } from "../../../lib/format";
import { t, type Key } from "../../../lib/i18n";
import type { components } from "../../../lib/schema";
import { codeWord, scheduleStateWord, skipWord, sourceWord } from "../schedule";
import { fieldWord } from "../settings";
import { zoned } from "../moments";

export type FeedEvent = components["schemas"]["ScheduleEventView"];

const TYPES: Readonly<Record<string, Key>> = {
  schedule_created: "schedules.event_created",
  schedule_changed: "schedules.event_changed",
  schedule_paused: "schedules.event_paused",
  schedule_resumed: "schedules.event_resumed",
  schedule_reset: "schedules.event_reset",
  schedule_archived: "schedules.event_archived",
  backfill: "schedules.event_backfill",
  circuit_changed: "schedules.event_circuit",
  job_scheduled: "schedules.event_scheduled",
  job_retrying: "schedules.event_retrying",
  job_completed: "schedules.event_completed",
  job_failed: "schedules.event_failed",
  job_skipped: "schedules.event_skipped",
  job_cancelled: "schedules.event_cancelled",
  job_starts_late: "schedules.event_starts_late",
  job_takes_long: "schedules.event_takes_long",
  job_ends_late: "schedules.event_ends_late",
  check_cycle: "schedules.event_check_cycle",
  interval_adjustment: "schedules.event_interval",
  start: "schedules.event_start",
  stop: "schedules.event_stop",
};
export const EVENT_TYPES = Object.keys(TYPES);
export const typeWord = (type: string): string => (TYPES[type] ? t(TYPES[type]) : titled(type));

const BAD: ReadonlySet<string> = new Set(["job_failed", "job_starts_late", "job_takes_long", "job_ends_late"]);
export const isBad = (one: FeedEvent): boolean =>
  BAD.has(one.type) || (one.type === "circuit_changed" && one.data.state !== "active");

type Data = Readonly<Record<string, unknown>>;
const text = (value: unknown): string | null => (typeof value === "string" && value ? value : null);
const DETAILS: Readonly<Record<string, (data: Data) => (string | null)[]>> = {
  schedule_changed: (data) => [
    Array.isArray(data.changed) ? data.changed.map((one) => fieldWord(String(one))).join(", ") : null,
  ],
  backfill: (data) => [t("schedules.backfill_times", { count: Number(data.times ?? 0) })],
  circuit_changed: (data) => [
    t("schedules.from_to", {
      before: scheduleStateWord(String(data.before)),
      after: scheduleStateWord(String(data.state)),
    }),
    coded(data),
  ],
  job_scheduled: (data) => [text(data.source) && sourceWord(String(data.source)), due(data)],
  job_retrying: (data) => [attempt(data), coded(data)],
  job_failed: (data) => [attempt(data), coded(data)],
  job_skipped: (data) => [text(data.reason) && skipWord(String(data.reason)), due(data)],
  job_takes_long: (data) => [
    typeof data.longest === "number" ? t("schedules.longer_than", { time: duration(data.longest) }) : null,
  ],
  job_ends_late: (data) => [text(data.must_end_by) && t("schedules.later_than", { time: String(data.must_end_by) })],
};
const due = (data: Data): string | null =>
  text(data.scheduled_for) && t("schedules.due_at", { time: zoned(String(data.scheduled_for)) });
const coded = (data: Data): string | null => text(data.code) && codeWord(String(data.code));
const attempt = (data: Data): string | null =>
  typeof data.attempt === "number" && data.attempt > 0 ? t("schedules.attempt_number", { number: data.attempt }) : null;

/** What more is known of an event, in words; empty for most. */
export function detailWords(one: FeedEvent): string {
  const parts = DETAILS[one.type]?.(one.data as Data).filter((part) => part !== null) ?? [];
  return sentence(parts.join(" · "));
}
/** Who did it, seen by the reader. */
export function actorWord(one: FeedEvent): string {
  if (one.by === "self") return t("schedules.by_you");
  if (one.by === "platform") return t("schedules.by_platform");
  return one.user_name ?? t("schedules.by_other");
}
