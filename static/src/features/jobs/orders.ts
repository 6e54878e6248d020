/** Orders to many jobs: the server says first what would be done. */
import { post } from "../../lib/api";
import type { components } from "../../lib/schema";
import { JOBS } from "./jobs.svelte";

export type JobOrder = "cancel" | "retry";
export type JobBulk = components["schemas"]["JobBulkView"];
export type Which = { ids: number[] } | { filter: Record<string, string | string[]> };

export const order = (action: JobOrder, which: Which, dryRun: boolean): Promise<JobBulk> =>
  post<JobBulk>(`${JOBS}/bulk`, { action, ...which, dry_run: dryRun });

export const undo = (body: Record<string, unknown>): Promise<JobBulk> => post<JobBulk>(`${JOBS}/bulk`, body);

/** The reasons for what stays as it is, each once, with how many it holds for; numbers of jobs differ. */
export function reasonsOf(answer: JobBulk, translated: (text: string) => string): { text: string; many: number }[] {
  const many = new Map<string, number>();
  for (const one of answer.left_alone) {
    const text = translated(one.reason).replace(String(one.id), "…");
    many.set(text, (many.get(text) ?? 0) + 1);
  }
  return [...many].map(([text, count]) => ({ text, many: count }));
}
