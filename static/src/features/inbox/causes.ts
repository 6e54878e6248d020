/** What needs attention, grouped by its cause, so that one fault of many runs is one entry. */
import type { Key } from "../../lib/i18n";
import type { Need } from "../../lib/types";

export interface Cause {
  key: string;
  kind: Need["kind"];
  /** The kind of thing, null for a queue. */
  about: string | null;
  /** What the server says of it, without numbers that differ from run to run. */
  detail: string;
  /** What to do, in words. */
  advice: string | null;
  needs: Need[];
}

const TITLES: Record<Need["kind"], Key> = {
  failed: "inbox.failed",
  lost: "inbox.lost",
  late: "inbox.late",
  no_worker: "inbox.no_worker",
};
const FAILED: Readonly<Record<string, Key>> = {
  benchmark_run: "inbox.failed_benchmarks",
  attribute_generation: "inbox.failed_texts",
  benchmark_queue_entry: "inbox.failed_entries",
};
const JOBS: Readonly<Record<string, Key>> = {
  ...FAILED,
  run: "inbox.failed",
  forecast_session: "inbox.failed_sessions",
  import: "inbox.failed_imports",
};
/** The text that says how many things of a kind failed. */
export const spokenAbout = (about: string | null): Key => JOBS[about ?? ""] ?? "inbox.failed_jobs";
/** The text that says what happened to how many things. */
export const titleOf = (cause: Cause): Key =>
  (cause.kind === "failed" ? FAILED[cause.about ?? ""] : undefined) ?? TITLES[cause.kind];

/** Numbers and hexadecimal ids differ from run to run where the cause is one. */
const alike = (detail: string): string => detail.replace(/\b0x[0-9a-f]+\b|\b[0-9a-f]{8,}\b|\d+(?:[.,]\d+)*/gi, "#");

const first = ({ kind, about, detail, advice }: Need): Omit<Cause, "key" | "needs"> => ({
  kind,
  about,
  detail,
  advice,
});

/** The causes in the order of their newest need; the needs of each in the order given. */
export function causesOf(needs: readonly Need[]): Cause[] {
  const byKey = new Map<string, Cause>();
  for (const need of needs) {
    const key = `${need.kind}|${need.about}|${alike(need.detail)}`;
    const cause = byKey.get(key);
    if (cause) cause.needs.push(need);
    else byKey.set(key, { key, ...first(need), needs: [need] });
  }
  return [...byKey.values()];
}
