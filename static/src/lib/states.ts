/** One word per state in the whole product, and how each is shown without colour. */
import { t, type Key } from "./i18n";
import type { JobState, RunStatus } from "./types";

const FROM_STATUS: Record<RunStatus, JobState> = {
  queued: "queued",
  in_progress: "running",
  completed: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
};

/** The word on screen: the job's state where it is known, else what the run's status says. */
export function stateOf(status: RunStatus | string, jobState?: string | null): JobState {
  if (jobState) return jobState as JobState;
  return FROM_STATUS[status as RunStatus] ?? "queued";
}

const ACTIVE: ReadonlySet<string> = new Set(["queued", "starting", "running", "stopping", "lost"]);
export const isActive = (state: JobState): boolean => ACTIVE.has(state);
/** Whether a worker has it in hand; a lost or queued run waits for one. */
export const isWorkedOn = (state: JobState): boolean => isMoving(state) || state === "stopping";
export const isMoving = (state: JobState): boolean => state === "running" || state === "starting";

/** A word of the wire as people of the chosen language read it; one that is not known stays as it is. */
const spoken =
  (words: Record<string, Key>) =>
  (word: string): string =>
    words[word] ? t(words[word]) : word;

export const modeWord = spoken({ centralized: "mode.centralized", federated: "mode.federated" });
export const stateWord = spoken({
  queued: "state.queued",
  starting: "state.starting",
  running: "state.running",
  stopping: "state.stopping",
  succeeded: "state.succeeded",
  failed: "state.failed",
  cancelled: "state.cancelled",
  lost: "state.lost",
  completed: "state.succeeded",
  in_progress: "state.running",
});
/** How a client stands in a round. */
export const clientWord = spoken({
  started: "client.training",
  training: "client.training",
  completed: "client.finished",
  failed: "state.failed",
  refused: "client.refused",
});
export const phaseWord = spoken({
  train: "phase.training",
  training: "phase.training",
  fit: "phase.training",
  val: "phase.validation",
  validation: "phase.validation",
  evaluate: "phase.evaluation",
  test: "phase.test",
  done: "common.done",
  running: "state.running",
  interrupted: "run.interrupted",
});
export const stepWord = spoken({
  epoch: "step.epoch",
  round: "step.round",
  step: "step.step",
  time: "step.time",
  clock: "step.time",
});
export const roleWord = spoken({ viewer: "role.viewer", member: "role.member", admin: "role.admin" });
/** What a token may do. */
export const scopeWord = spoken({ read: "scope.read", write: "scope.write", admin: "scope.admin" });
export const visibilityWord = spoken({ private: "visibility.private", team: "visibility.team" });

export const MEANING: Record<JobState, string> = {
  queued: t("lib.waiting_for_a_free_worker"),
  starting: t("lib.a_worker_has_it_and_is"),
  running: t("lib.training"),
  stopping: t("lib.stopping_the_best_so_far_is"),
  succeeded: t("common.finished"),
  failed: t("lib.ended_with_an_error"),
  cancelled: t("lib.stopped_by_a_person_the_best"),
  lost: t("lib.its_worker_went_away_another_continues"),
};
