/** Doing something to many runs: what the server says would happen, in words. */
import { post } from "../../../lib/api";
import type { BulkAnswer } from "../../../lib/types";

export type { BulkAnswer };
export type BulkAction = BulkAnswer["action"];

export interface BulkExtra {
  tags?: Record<string, string | null>;
  visibility?: "private" | "team";
}

export const askBulk = (action: BulkAction, ids: readonly number[], extra: BulkExtra, dryRun: boolean): Promise<BulkAnswer> =>
  post<BulkAnswer>("/api/runs/bulk", { action, ids, dry_run: dryRun, ...extra });

const DOING: Record<BulkAction, string> = {
  archive: "Archiving",
  unarchive: "Taking out of the archive:",
  delete: "Deleting",
  stop: "Stopping",
  tag: "Tagging",
  visibility: "Sharing",
};

export const runs = (count: number): string => (count === 1 ? "1 run" : `${count.toLocaleString("en")} runs`);

/** Why some stay as they are, each reason once with how many it holds for. */
export function reasons(answer: BulkAnswer): string[] {
  const found = new Map<string, number>();
  for (const { reason } of answer.skipped) found.set(reason, (found.get(reason) ?? 0) + 1);
  return [...found].map(([reason, count]) => `${runs(count)}: ${reason}`);
}

export function promise(answer: BulkAnswer, extra: BulkExtra = {}): string {
  const verb = answer.action === "visibility" && extra.visibility === "private" ? "Making private:" : DOING[answer.action];
  const left = answer.skipped.length ? ` ${runs(answer.skipped.length)} left as they are (${reasons(answer).join("; ")}).` : "";
  return `${verb} ${runs(answer.changed.length)} in 10 s.${left}`;
}

export const refusal = (answer: BulkAnswer): string =>
  answer.skipped.length ? `Nothing to do: ${reasons(answer).join("; ")}.` : "Nothing to do: no run fits.";
