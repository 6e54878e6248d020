/** Doing something to many runs: what the server says would happen, in words. */
import { t } from "../../../lib/i18n";
import { post } from "../../../lib/api";
import type { BulkAnswer } from "../../../lib/types";

export type { BulkAnswer };
export type BulkAction = BulkAnswer["action"];

export interface BulkExtra {
  tags?: Record<string, string | null>;
  visibility?: "private" | "team";
}

export const askBulk = (
  action: BulkAction,
  ids: readonly number[],
  extra: BulkExtra,
  dryRun: boolean,
): Promise<BulkAnswer> => post<BulkAnswer>("/api/runs/bulk", { action, ids, dry_run: dryRun, ...extra });

const DOING: Record<BulkAction, string> = {
  archive: t("runs.archiving"),
  unarchive: t("runs.taking_out_of_the_archive"),
  delete: t("runs.deleting"),
  stop: t("runs.stopping"),
  tag: t("runs.tagging"),
  visibility: t("runs.sharing"),
};

export const runs = (count: number): string => t("common.runs", { count });

/** Why some stay as they are, each reason once with how many it holds for. */
export function reasons(answer: BulkAnswer): string[] {
  const counts = new Map<string, number>();
  for (const { reason } of answer.skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${runs(count)}: ${reason}`);
}

export function promise(answer: BulkAnswer, extra: BulkExtra = {}): string {
  const verb =
    answer.action === "visibility" && extra.visibility === "private" ? t("runs.making_private") : DOING[answer.action];
  const left = answer.skipped.length
    ? ` ${t("runs.skipped_left_as_they_are_value", { skipped: runs(answer.skipped.length), value: reasons(answer).join("; ") })}`
    : "";
  const revealing = answer.reveals_private_data.length;
  const shown = revealing ? ` ${t("runs.sharing_reveals", { count: revealing })}` : "";
  return t("runs.verb_changed_in_10_s_left", { verb, changed: runs(answer.changed.length), left: left + shown });
}

export const refusal = (answer: BulkAnswer): string =>
  answer.skipped.length
    ? t("runs.nothing_to_do_value", { value: reasons(answer).join("; ") })
    : t("runs.nothing_to_do_no_run_fits");
