/** What a person may choose for a parameter, so that nobody has to know numbers by heart. */
import { get } from "../../lib/api";
import type { Kind } from "./schedule";

export type Suggestions = Record<string, { value: string; label: string }[]>;

interface Named {
  id: number;
  name: string;
  slug?: string | null;
  site?: string | null;
}
interface SessionNamed {
  sessionId: string;
  sessionName: string | null;
}
interface Source {
  path: string;
  value: (one: Named) => string;
  label?: (one: Named) => string;
  /** Its list has no pages. */
  whole?: true;
}
const CONNECTION: Source = {
  path: "/api/connections",
  whole: true,
  value: (one) => String(one.id),
  label: (one) => [one.name, one.site].filter(Boolean).join(" · "),
};
const SOURCES: Readonly<Record<string, Record<string, Source>>> = {
  "training.run": { dataset: { path: "/api/datasets", value: (one) => one.slug ?? String(one.id) } },
  "benchmark.run": {
    dataset_id: { path: "/api/benchmarks/datasets", value: (one) => String(one.id) },
    model_name: { path: "/api/benchmarks/models", value: (one) => one.name },
  },
  "site.analyse": { model_name: { path: "/api/benchmarks/models", value: (one) => one.name } },
  "forecasting.session": {
    session_id: { path: "/api/training/list-sessions", value: (one) => one.slug ?? "" },
    connection_id: CONNECTION,
  },
};

/** What will be chosen from, before it is known, so that a field is a choice from the beginning. */
export const emptySuggestions = (kind: Kind): Suggestions =>
  Object.fromEntries(Object.keys(SOURCES[kind.name] ?? {}).map((name) => [name, []]));

/** Things by name, of a list of ours or of the one of sessions, whose words are their contract's. */
const namedOf = (answer: { items?: Named[]; sessions?: SessionNamed[] }): Named[] =>
  answer.items ??
  (answer.sessions ?? []).map((one) => ({ id: 0, name: one.sessionName ?? one.sessionId, slug: one.sessionId }));

/** Reads what there is to choose from; what cannot be read is left out, and its field takes any text. */
export async function suggestionsFor(kind: Kind): Promise<Suggestions> {
  const found = Object.entries(SOURCES[kind.name] ?? {}).map(async ([name, source]) => {
    const answer = await get<{ items?: Named[]; sessions?: SessionNamed[] }>(
      source.path,
      source.whole ? undefined : { limit: 100 },
    );
    return [
      name,
      namedOf(answer).map((one) => ({ value: source.value(one), label: source.label?.(one) ?? one.name })),
    ] as const;
  });
  const settled = await Promise.allSettled(found);
  return Object.fromEntries(settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
}
