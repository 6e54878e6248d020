/** Stop with ten seconds to change one's mind, the same on the card, the page and the palette. */
import { t } from "../../lib/i18n";
import { create, post } from "../../lib/api";
import { notices } from "../../lib/notices.svelte";
import { isActive, stateOf } from "../../lib/states";
import type { Home, StudyRow } from "../../lib/types";

/** How many runs of a study wait or run. */
export const activeRuns = (study: StudyRow): number =>
  (study.statuses["queued"] ?? 0) + (study.statuses["in_progress"] ?? 0);

export interface Stoppable {
  run: Home["running"][number];
  study?: StudyRow;
}

/** What can be stopped: a study as one, where several of its runs are not over, else each run. */
export function stoppable(home: Home | null): Stoppable[] {
  const running = (home?.running ?? []).filter((run) => isActive(stateOf(run.status, run.job?.state)));
  const seen = new Set<number>();
  return running.flatMap((run) => {
    const study = home?.studies?.find((one) => one.id === run.study_id);
    if (!study || activeRuns(study) < 2) return [{ run }];
    if (seen.has(study.id)) return [];
    seen.add(study.id);
    return [{ run, study }];
  });
}

class Stopping {
  waiting = $state.raw<ReadonlyMap<number, () => void>>(new Map());

  /** Ask the server to stop the run in ten seconds; until then `undo` takes it back. */
  ask(id: number, name: string): void {
    if (this.waiting.has(id)) return;
    const undo = notices.inTenSeconds(
      t("run.stopping_name_in_10_s_the", { name }),
      () => void this.now(id),
      () => this.forget(id),
    );
    this.waiting = new Map(this.waiting).set(id, undo);
  }

  /** The same for all of a study's runs that are not over when the ten seconds are. */
  askAll(study: StudyRow): void {
    const key = -study.id; // runs count from one
    if (this.waiting.has(key)) return;
    const undo = notices.inTenSeconds(
      t("run.stopping_study_in_10_s", { name: study.name, count: activeRuns(study) }),
      () => void this.allNow(key, study.run_ids),
      () => this.forget(key),
    );
    this.waiting = new Map(this.waiting).set(key, undo);
  }

  undo(id: number): void {
    this.waiting.get(id)?.();
  }

  private async now(id: number): Promise<void> {
    this.forget(id);
    await post(`/api/runs/${id}/stop`).catch((error: unknown) => notices.bad(error));
  }

  /** The server leaves those as they are that are over by then. */
  private async allNow(key: number, ids: readonly number[]): Promise<void> {
    this.forget(key);
    await post("/api/runs/bulk", { action: "stop", ids }).catch((error: unknown) => notices.bad(error));
  }

  private forget(id: number): void {
    const left = new Map(this.waiting);
    left.delete(id);
    this.waiting = left;
  }
}

export const stopping = new Stopping();

export async function resume(id: number): Promise<void> {
  try {
    await create(`/api/runs/${id}/resume`, {});
    notices.say(t("run.queued_again_it_goes_on_from"), "good");
  } catch (error) {
    notices.bad(error);
  }
}
