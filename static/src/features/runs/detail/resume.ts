/** What going on from an earlier round throws away, in words. */
import type { RoundView } from "./runview";

/** Empty when nothing is lost: then there is nothing to ask. */
export function lostByResume(rounds: readonly RoundView[], from: number, finished: boolean): string[] {
  const later = rounds.filter((round) => round.round > from && round.phase === "done");
  const models = later.filter((round) => round.modelArtifact).length;
  const best = later.find((round) => round.isBest)?.round;
  return [
    later.length ? `${namesOf(later)}: their measurements and what each site did` : "",
    models ? `${models === 1 ? "the model" : `the ${models} models`} of ${later.length === 1 ? "this round" : "these rounds"}` : "",
    best === undefined ? "" : `the best model so far, of round ${best}`,
    finished ? "the result on the test rows and the final model" : "",
  ].filter(Boolean);
}

function namesOf(rounds: readonly RoundView[]): string {
  const first = rounds[0]!.round;
  const last = rounds.at(-1)!.round;
  return first === last ? `round ${first}` : `rounds ${first} to ${last}`;
}
