/** What the row of a study says, without a screen. */
import { t } from "../../../lib/i18n";
import { metric } from "../../../lib/format";
import { own } from "../../../lib/own";
import { stateOf, stateWord } from "../../../lib/states";
import type { JobState, StudyRow } from "../../../lib/types";
import { METRIC_WORDS } from "../../studies/study";

const ORDER: JobState[] = ["failed", "running", "queued", "succeeded", "cancelled"];

export interface StateCount {
  state: JobState;
  count: number;
}

/** How many runs are in each state: what needs a look first. */
export function statesOf(study: StudyRow): StateCount[] {
  const counts = Object.entries(study.statuses).map(([status, count]) => ({ state: stateOf(status), count }));
  return counts.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

export const stateCount = ({ state, count }: StateCount): string =>
  t("runs.count_in_state", { count: String(count), state: stateWord(state) });

const ARM = { federated: "runs.mean_of_federated", central: "runs.mean_of_central" } as const;

/** "AUROC: federated 0.953 · central 0.961", the means over runs that measured test rows; or nothing. */
export function meansOf(study: StudyRow): string {
  const means = study.means.flatMap((one) => {
    const key = own<(typeof ARM)[keyof typeof ARM]>(ARM, one.arm);
    return key ? [t(key, { mean: metric(one.mean) })] : [];
  });
  return means.length ? `${own(METRIC_WORDS, study.metric) ?? study.metric}: ${means.join(" · ")}` : "";
}

/** Runs that are over, of all. */
export function doneOf(study: StudyRow): { over: number; all: number } {
  const waiting = (own(study.statuses, "queued") ?? 0) + (own(study.statuses, "in_progress") ?? 0);
  return { over: study.run_ids.length - waiting, all: study.run_ids.length };
}
