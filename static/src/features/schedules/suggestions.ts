/** What a person may choose for a parameter, so that nobody has to know numbers by heart. */
import { get } from "../../lib/api";
import type { Kind } from "./schedule";

export type Suggestions = Record<string, { value: string; label: string }[]>;

interface Named {
  id: number;
  name: string;
  slug?: string | null;
}
const SOURCES: Readonly<Record<string, Record<string, { path: string; value: (one: Named) => string }>>> = {
  "training.run": { dataset: { path: "/api/datasets", value: (one) => one.slug ?? String(one.id) } },
  "benchmark.run": {
    dataset_id: { path: "/api/benchmarks/datasets", value: (one) => String(one.id) },
    model_name: { path: "/api/benchmarks/models", value: (one) => one.name },
  },
};

/** What will be chosen from, before it is known, so that a field is a choice from the beginning. */
export const emptySuggestions = (kind: Kind): Suggestions =>
  Object.fromEntries(Object.keys(SOURCES[kind.name] ?? {}).map((name) => [name, []]));

/** Reads what there is to choose from; what cannot be read is left out, and its field takes any text. */
export async function suggestionsFor(kind: Kind): Promise<Suggestions> {
  const found = Object.entries(SOURCES[kind.name] ?? {}).map(async ([name, source]) => {
    const { items } = await get<{ items: Named[] }>(source.path, { limit: 100 });
    return [name, items.map((one) => ({ value: source.value(one), label: one.name }))] as const;
  });
  const settled = await Promise.allSettled(found);
  return Object.fromEntries(settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
}
