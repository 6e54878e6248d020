/** The entries of a person's queue as the API gives them. */
import { t } from "../../../lib/i18n";
import type { components } from "../../../lib/schema";
import { BASE } from "../wire";

type Shapes = components["schemas"];
export type Entry = Shapes["QueueEntryView"];
export type Stats = Shapes["QueueStatsView"];
export const QUEUE = `${BASE}/queue`;
export const isOver = (one: Entry): boolean => !["queued", "waiting", "running"].includes(one.status);
export const canRetry = (one: Entry): boolean => ["failed", "cancelled", "skipped"].includes(one.status);

/** Whether another entry may still wait for it. */
export const canPrecede = (one: Entry): boolean => !canRetry(one);
/** Whether it makes the personas, or the texts about them, that an entry after it asks about. */
export const makesPeople = (one: Entry): boolean => ["pool_gen", "balanced_gen", "attrgen"].includes(one.type);
/** How an entry is named where one is chosen. */
export const entryName = (one: Entry): string =>
  t("bench.queue_entry", { id: String(one.id), name: one.label, type: typeWord(one.type) });

export function typeWord(type: Entry["type"]): string {
  const words: Record<Entry["type"], string> = {
    benchmark: t("bench.benchmark_run"),
    attrgen: t("bench.generated_texts"),
    pool_gen: t("bench.queue_pool"),
    balanced_gen: t("bench.queue_balanced"),
    analysis: t("bench.queue_analysis"),
  };
  return words[type];
}
export function statusWord(status: Entry["status"]): string {
  const words: Record<Entry["status"], string> = {
    queued: t("bench.queue_queued"),
    waiting: t("bench.queue_waiting"),
    running: t("bench.queue_running"),
    done: t("bench.queue_done"),
    failed: t("bench.queue_failed"),
    cancelled: t("bench.queue_cancelled"),
    skipped: t("bench.queue_skipped"),
  };
  return words[status];
}
/** Where what an entry became is shown; null before its turn. */
export function placeOf(one: Entry): string | null {
  if (one.result_id === null) return null;
  if (one.result_type === "benchmark_run") return `/benchmarks/${one.result_id}`;
  return one.result_type === "persona_set" ? `/personas#set-${one.result_id}` : "/personas";
}
