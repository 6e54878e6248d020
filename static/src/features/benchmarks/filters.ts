/** Which benchmark runs the list asks for, as its address has it. */
import type { Query } from "../../lib/api";

export const STATES = [
  "queued",
  "starting",
  "running",
  "stopping",
  "succeeded",
  "failed",
  "cancelled",
  "lost",
] as const;

export interface Filters {
  q: string | null;
  state: string | null;
  model: string | null;
  dataset: number | null;
  rationale: boolean | null;
  prompt: boolean | null;
}

const flag = (value: string | null): boolean | null => (value === "yes" ? true : value === "no" ? false : null);
const text = (value: string | null): string | null => value?.trim() || null;

/** The filters of an address; what is no filter is none. */
export function filtersOf(query: URLSearchParams): Filters {
  const dataset = Number(query.get("dataset"));
  const state = query.get("state");
  return {
    q: text(query.get("q")),
    state: STATES.find((one) => one === state) ?? null,
    model: text(query.get("model")),
    dataset: Number.isSafeInteger(dataset) && dataset > 0 ? dataset : null,
    rationale: flag(query.get("rationale")),
    prompt: flag(query.get("prompt")),
  };
}

export const isFiltered = (filters: Filters): boolean => Object.values(filters).some((one) => one !== null);

export const queryOf = ({ q, state, model, dataset, rationale, prompt }: Filters): Query => ({
  q,
  state,
  model,
  dataset_id: dataset,
  rationale,
  custom_prompt: prompt,
});
