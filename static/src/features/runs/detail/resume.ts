/** What going on from an earlier round throws away, in words. */
import { t } from "../../../lib/i18n";
import type { RoundView } from "./runview";

/** Empty when nothing is lost: then there is nothing to ask. */
export function lostByResume(rounds: readonly RoundView[], from: number, finished: boolean): string[] {
  const later = rounds.filter((round) => round.round > from && round.phase === "done");
  const models = later.filter((round) => round.modelArtifact).length;
  const best = later.find((round) => round.isBest)?.round;
  return [
    later.length ? t("run.later_their_measurements_and_what_each", { later: namesOf(later) }) : "",
    models
      ? t("run.value_of_value2", {
          value: models === 1 ? t("run.the_model") : t("run.the_models_models", { models }),
          value2: later.length === 1 ? t("run.this_round") : t("run.these_rounds"),
        })
      : "",
    best === undefined ? "" : t("run.the_best_model_so_far_of", { best }),
    finished ? t("run.the_result_on_the_test_rows") : "",
  ].filter(Boolean);
}

function namesOf(rounds: readonly RoundView[]): string {
  const first = rounds[0]!.round;
  const last = rounds.at(-1)!.round;
  return first === last ? t("run.round_first", { first }) : t("run.rounds_first_to_last", { first, last });
}
