/** The steps of a session: which there are, what each holds, and whether it is complete. */
import type { Key } from "../../lib/i18n";
import { stepsOf } from "./horizon";
import { isValid } from "./split/split";
import { isMeasured, isOver } from "./training/leaderboard";
import type { Model, SeriesFile, SessionView, Split } from "./wire";

export type StepName =
  "files" | "time" | "split" | "data" | "training" | "evaluation" | "samples" | "models" | "predict";
/** `attention`: somebody must answer; `open`: something is missing; `waiting`: an earlier step comes first. */
export type Standing = "complete" | "attention" | "open" | "waiting" | "optional";

export const LABELS: Readonly<Record<StepName, Key>> = {
  files: "forecast.step_files",
  time: "forecast.step_time",
  split: "forecast.step_split",
  data: "forecast.step_data",
  training: "forecast.step_training",
  evaluation: "forecast.step_evaluation",
  samples: "forecast.step_samples",
  models: "forecast.step_models",
  predict: "forecast.step_predict",
};
/** All steps in their order. */
export const ORDER = Object.keys(LABELS) as StepName[];

export interface State {
  session: SessionView;
  files: readonly SeriesFile[];
  models: readonly Model[];
  split: Split;
}

export const hasFiles = (files: readonly SeriesFile[]): boolean =>
  (["input", "output"] as const).every((type) => files.some((file) => file.type === type)) &&
  files.every((file) => file.status === "ready");

/** Why a training cannot begin yet, the first reason; null when it can. */
export function obstacle({ session, files, split }: State): "files" | "questions" | "time" | "split" | null {
  if (files.some((file) => file.status !== "ready")) return "questions";
  if (!hasFiles(files)) return "files";
  if (!stepsOf(session.zeitschritte)) return "time";
  return isValid(split) ? null : "split";
}

export function standing(step: StepName, state: State): Standing {
  const { session, files, models, split } = state;
  const measured = models.some(isMeasured);
  switch (step) {
    case "files":
      if (files.some((file) => file.status !== "ready")) return "attention";
      return hasFiles(files) ? "complete" : "open";
    case "time":
      return stepsOf(session.zeitschritte) ? "complete" : "open";
    case "split":
      return isValid(split) ? "complete" : "attention";
    case "data":
      return session.n_dat === null ? "optional" : "complete";
    case "training":
      if (measured) return "complete";
      if (models.length && models.every(isOver)) return "attention";
      return obstacle(state) ? "waiting" : "open";
    default:
      return measured ? (step === "predict" || step === "samples" ? "optional" : "complete") : "waiting";
  }
}

/** Where a person who opens the session goes on: the first step that is not complete, or the results. */
export function nextStep(names: readonly StepName[], state: State): StepName {
  if (state.models.some((model) => !isOver(model))) return "training";
  if (state.models.some(isMeasured)) return "evaluation";
  return names.find((name) => ["open", "attention"].includes(standing(name, state))) ?? "files";
}
