/** Attribute generations as the API gives them, and how far one is by its live events. */
import type { LiveEvent } from "../../../lib/live/stream";
import type { components } from "../../../lib/schema";
import type { JobState } from "../../../lib/types";
import { BASE } from "../wire";

type Shapes = components["schemas"];
export type Generation = Omit<Shapes["AttrGenView"], "state"> & { state: JobState | "unknown" };
export type GenerationDetail = Omit<Shapes["AttrGenDetailView"], "summary"> & { summary: Generation };
export type Described = Shapes["DescribedView"];
export const ATTRGEN = `${BASE}/attrgen`;
export const topicOf = (one: { id: number }): string => `attribute_generation:${one.id}`;

/** What live events say beyond the row: the newest of each kind wins. */
export interface Live {
  state: JobState | null;
  done: number;
  failed: number;
  eta: number | null;
  detail: string | null;
}
export const QUIET: Live = { state: null, done: 0, failed: 0, eta: null, detail: null };

export function applied(view: Live, events: readonly LiveEvent[]): Live {
  return events.reduce((now, event) => {
    const data = event.data as Record<string, unknown>;
    if (event.type === "attribute_generation_state_changed") return { ...now, state: data.state as JobState };
    if (event.type !== "attribute_generation_progress") return now;
    return {
      ...now,
      done: data.done as number,
      failed: data.failed as number,
      eta: data.eta_seconds as number | null,
      detail: data.server === "waiting" ? (data.detail as string | null) : null,
    };
  }, view);
}
