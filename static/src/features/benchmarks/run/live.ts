/** What a run's events say of it, in their order: without a socket, a clock or a screen. */
import type { LiveEvent } from "../../../lib/live/stream";
import type { JobState } from "../../../lib/types";
import type { Counts } from "../wire";

export interface Progress {
  done: number;
  failed: number;
  total: number;
  /** Items per second over the last half minute. */
  rate: number | null;
  eta_seconds: number | null;
  prompt_tokens: number;
  completion_tokens: number;
  cost: number | null;
  /** Failures of this attempt by kind. */
  failures: Record<string, number>;
  /** Whether requests go out ("open") or wait for the server ("waiting"), and why. */
  server: string;
  detail: string | null;
}
export interface Answer {
  persona_id: number;
  trait: string;
  scale_order: string;
  rating: number | null;
  kind: string | null;
  attempt: number;
  text: string;
}
export interface Numbered extends Answer {
  /** Counts answers as they came, for the list on the page. */
  number: number;
}
export interface LiveView {
  state: JobState | null;
  /** Why it failed or waits. */
  detail: string | null;
  progress: Progress | null;
  /** The newest first. */
  answers: readonly Numbered[];
  /** The event that the counts are from: a snapshot that was asked for before it knows less. */
  countedAt: number;
  heard: number;
}

export const SHOWN_ANSWERS = 10;
export const NOTHING: LiveView = {
  state: null,
  detail: null,
  progress: null,
  answers: [],
  countedAt: 0,
  heard: 0,
};

function withAnswers(view: LiveView, answers: readonly Answer[]): LiveView {
  const newest = answers.map((one, place) => ({ ...one, number: view.heard + place })).reverse();
  return {
    ...view,
    answers: [...newest, ...view.answers].slice(0, SHOWN_ANSWERS),
    heard: view.heard + answers.length,
  };
}

export function apply(view: LiveView, event: LiveEvent): LiveView {
  const { data } = event;
  if (event.type === "benchmark_progress")
    return { ...view, progress: data as unknown as Progress, countedAt: event.seq };
  if (event.type === "benchmark_answers") return withAnswers(view, (data.answers ?? []) as Answer[]);
  if (event.type === "benchmark_state_changed")
    return { ...view, state: data.state as JobState, detail: (data.detail as string | null) ?? null };
  return view;
}

export const applyAll = (view: LiveView, events: readonly LiveEvent[]): LiveView => events.reduce(apply, view);

/** The counts to show: those of the newest event, unless the snapshot was asked for after it. */
export function countsOf(snapshot: Counts, askedAt: number, view: LiveView): Omit<Counts, "pct"> {
  const live = view.progress;
  if (!live || view.countedAt <= askedAt) return snapshot;
  const { done, failed, total } = live;
  const open = Math.max(0, total - done - failed);
  return { done, failed, total, open, missing: open + failed };
}

export const shareOf = (counts: { done: number; failed: number; total: number }): number =>
  counts.total ? (counts.done + counts.failed) / counts.total : 1;
