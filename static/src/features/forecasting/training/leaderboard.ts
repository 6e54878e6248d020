/** The models of a session beside their baselines, the best first. */
import type { Evaluation, Model } from "../wire";

export interface Place {
  key: string;
  /** Null of a baseline. */
  model: Model | null;
  baseline: string | null;
  rank: number | null;
  skill: number | null;
  mae: number | null;
  rmse: number | null;
  mase: number | null;
}

const isNumber = (value: number | null | undefined): value is number => typeof value === "number";
const mean = (values: readonly (number | null | undefined)[]): number | null =>
  values.length && values.every(isNumber)
    ? (values as number[]).reduce((sum, value) => sum + value, 0) / values.length
    : null;

type Measured = Evaluation["baselines"][string] | undefined;
const first = (of: Measured, output: string, metric: string): number | null =>
  of?.df_eval[output]?.[metric]?.[0] ?? null;

/** Skill is 1 − MAE / MAE of seasonal naive. */
export function baselineSkill(name: string, evaluation: Evaluation, output: string): number | null {
  const { [name]: own, seasonal_naive: seasonal } = evaluation.baselines;
  const [error, scale] = [first(own, output, "MAE"), first(seasonal, output, "MAE")];
  return error === null || scale === null || scale === 0 ? null : 1 - error / scale;
}

/** Over several outputs the skill is its mean; a baseline that not all of them have has none. */
export function baselinePlace(name: string, evaluation: Evaluation): Place {
  const own = evaluation.baselines[name];
  const outputs = [...new Set([evaluation, own].flatMap((of) => Object.keys(of?.df_eval ?? {})))];
  const single = outputs.length === 1 ? outputs[0]! : null;
  return {
    key: `baseline:${name}`,
    model: null,
    baseline: name,
    rank: null,
    skill: mean(outputs.map((output) => baselineSkill(name, evaluation, output))),
    mae: single === null ? null : first(own, single, "MAE"),
    rmse: single === null ? null : first(own, single, "RMSE"),
    mase: mean(outputs.map((output) => own?.seasonal_mase?.[output])),
  };
}

function placeOf(model: Model): Place {
  const metrics = model.summary?.metrics ?? {};
  return {
    key: `run:${model.run_id}`,
    model,
    baseline: null,
    rank: null,
    skill: metrics.skill ?? null,
    mae: metrics.mae ?? null,
    rmse: metrics.rmse ?? null,
    mase: metrics.mase_seasonal ?? null,
  };
}

/** By skill, the best first; what has none stands below in the order in which it was started. */
export function leaderboard(models: readonly Model[], evaluation: Evaluation | null): Place[] {
  const baselines = evaluation ? Object.keys(evaluation.baselines).map((name) => baselinePlace(name, evaluation)) : [];
  const places = [...models.map(placeOf), ...baselines];
  const measured = places.filter((place) => place.skill !== null).sort((a, b) => b.skill! - a.skill!);
  let rank = 0;
  for (const place of measured) if (place.model) place.rank = ++rank;
  return [...measured, ...places.filter((place) => place.skill === null)];
}

export const isOver = (model: Model): boolean => model.status !== "queued" && model.status !== "in_progress";
export const isMeasured = (model: Model): boolean => model.status === "completed" && model.summary !== null;

/** The measured model with the highest skill. */
export function bestOf(models: readonly Model[]): Model | null {
  const skill = (model: Model): number => model.summary?.metrics.skill ?? -Infinity;
  return models
    .filter(isMeasured)
    .reduce<Model | null>((best, one) => (!best || skill(one) > skill(best) ? one : best), null);
}
