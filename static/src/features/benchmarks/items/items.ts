/** Which items the browser of a run shows, as its address has it, and where the arrow keys lead. */
import type { Query } from "../../../lib/api";
import { count, duration } from "../../../lib/format";
import { t } from "../../../lib/i18n";
import type { BenchmarkItem, Manifest } from "../wire";
import { cueWord, FLAGS } from "../words";

export const LIMIT = 50;

export interface ItemFilters {
  outcome: "answered" | "failed";
  rating: number | null;
  order: string | null;
  text: string | null;
  /** A remark on how the answer was read. */
  flag: string | null;
  /** The number of a persona. */
  persona: number | null;
}

export function itemFiltersOf(query: URLSearchParams): ItemFilters {
  const rating = Number(query.get("rating"));
  const order = query.get("order");
  const outcome = query.get("outcome") === "failed" ? "failed" : "answered";
  const flag = query.get("flag");
  const persona = Number(query.get("persona"));
  return {
    outcome,
    rating: outcome === "answered" && [1, 2, 3, 4, 5].includes(rating) ? rating : null,
    order: order === "in" || order === "rev" ? order : null,
    text: query.get("text")?.trim() || null,
    flag: outcome === "answered" && FLAGS.some((one) => one === flag) ? flag : null,
    persona: Number.isSafeInteger(persona) && persona > 0 ? persona : null,
  };
}

export const itemQuery = ({ outcome, rating, order, text, flag, persona }: ItemFilters, offset: number): Query => ({
  outcome,
  rating,
  scale_order: order,
  text,
  flag,
  persona_id: persona,
  limit: LIMIT,
  offset,
});

/** From which item on, as the address has it. */
export const offsetOf = (query: URLSearchParams): number => Math.max(0, Number(query.get("offset") ?? 0) || 0);

/** At which attempt an answer came, and how soon. */
export const triedIn = ({ attempt, latency_ms: ms }: BenchmarkItem): string[] => [
  t("common.attempt_attempt", { attempt }),
  ...(ms === null ? [] : [duration(ms / 1_000)]),
];

/** In which of several ways an item was asked: only of what the run varied, so none of most runs. */
export function variantOf(
  { wording, cue, repeat }: Pick<BenchmarkItem, "wording" | "cue" | "repeat">,
  { prompt, scale }: Manifest,
): string[] {
  return [
    prompt.wordings.length > 1 ? t("bench.wording_name", { name: prompt.wordings[wording] ?? "" }) : null,
    prompt.cues.length > 1 ? cueWord(prompt.cues[cue] ?? "") : null,
    scale.repeats > 1 ? t("bench.repeat_number", { number: count(repeat + 1) }) : null,
  ].filter((one) => one !== null);
}

/** The place that a key leads to from another; null for a key that leads nowhere. */
export function placeAfter(key: string, place: number, count: number): number | null {
  const last = count - 1;
  if (key === "ArrowDown" || key === "j") return Math.min(last, place + 1);
  if (key === "ArrowUp" || key === "k") return Math.max(0, place - 1);
  if (key === "Home") return 0;
  return key === "End" ? last : null;
}
