/** What a step holds, in a few words. */
import { fixed, metric } from "../../lib/format";
import { t, type Key } from "../../lib/i18n";
import { stepsOf } from "./horizon";
import type { State, StepName } from "./steps";
import { bestOf, isMeasured, isOver } from "./training/leaderboard";

export const CATEGORIES = ["jahr", "monat", "woche", "tag", "feiertag"] as const;
export type Category = (typeof CATEGORIES)[number];
export const CATEGORY_WORDS: Readonly<Record<Category, Key>> = {
  jahr: "forecast.year",
  monat: "forecast.month",
  woche: "forecast.week",
  tag: "forecast.day",
  feiertag: "forecast.holiday",
};
/** A number without zeros that say nothing. */
export const short = (value: number): string =>
  fixed(value, 6)
    .replace(/([.,]\d*?)0+$/, "$1")
    .replace(/[.,]$/, "");

export function holding(step: StepName, { session, files, models, split }: State): string {
  const best = bestOf(models);
  switch (step) {
    case "files":
      if (!files.length) return t("forecast.no_files_yet");
      return t("forecast.inputs_and_outputs", {
        inputs: files.filter((file) => file.type === "input").length,
        outputs: files.filter((file) => file.type === "output").length,
      });
    case "time": {
      const steps = stepsOf(session.zeitschritte);
      if (!steps) return t("forecast.not_saved_yet");
      const features = CATEGORIES.filter((name) => session.timeInfo[name] === true).map((name) =>
        t(CATEGORY_WORDS[name]),
      );
      const grid = t("forecast.in_out_every", {
        inputs: steps.inputs,
        outputs: steps.outputs,
        width: short(steps.width),
      });
      return [grid, ...features].join(", ");
    }
    case "split":
      return t("forecast.shares", {
        train: short(split.trainPercentage),
        validation: short(split.valPercentage),
        test: short(split.testPercentage),
        gap: split.gap ? "yes" : "no",
      });
    case "data":
      return session.n_dat === null ? "" : t("forecast.samples_count", { samples: session.n_dat });
    case "training":
      if (!models.length) return t("forecast.no_models_yet");
      return t("forecast.done_of_models", { done: models.filter(isOver).length, models: models.length });
    case "evaluation":
      return best ? t("forecast.best_skill_is", { skill: metric(best.summary?.metrics.skill) }) : "";
    case "models":
      return models.some(isMeasured) ? t("forecast.models_kept", { models: models.filter(isMeasured).length }) : "";
    default:
      return "";
  }
}
