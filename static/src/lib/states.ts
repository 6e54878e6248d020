/** One word per state in the whole product, and how each is told without colour. */
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

export const modeWord = (mode: string): string => (mode === "centralized" ? "centralised" : mode);

export const MEANING: Record<JobState, string> = {
  queued: "Waiting for a free worker.",
  starting: "A worker has it and is getting ready.",
  running: "Training.",
  stopping: "Stopping; the best so far is kept.",
  succeeded: "Finished.",
  failed: "Ended with an error.",
  cancelled: "Stopped by a person; the best so far is kept.",
  lost: "Its worker went away; another continues from the last checkpoint.",
};
