/** How long what the form says will take, from earlier runs like it; without any, nothing is said. */
import { get } from "../../../lib/api";
import type { Mode, TimeEstimate } from "../../../lib/types";

export interface Planned {
  mode: Mode;
  network: string;
  dataset: string;
  federation: number | null;
  epochs: number;
  rounds: number;
  localEpochs: number;
  /** Of a study; null for one run. */
  seeds: number | null;
}
/** Seconds of computing, if all ran on one worker, and from how many earlier runs they are known. */
export interface Cost {
  seconds: number;
  runs: number;
}

const isCount = (value: number): boolean => Number.isInteger(value) && value > 0;

/** What has to be known: one pace, or for a study that of its federated and of its central runs. */
export function questions(planned: Planned): { mode: Mode; steps: number; times: number }[] {
  const rounds = planned.rounds * planned.localEpochs;
  if (planned.seeds !== null) {
    // all sites alone have about as many rows as the central run: together they take as long as it
    return isCount(rounds)
      ? [
          { mode: "federated", steps: rounds, times: planned.seeds },
          { mode: "centralized", steps: rounds, times: 2 * planned.seeds },
        ]
      : [];
  }
  const steps = planned.mode === "federated" ? rounds : planned.epochs;
  return isCount(steps) ? [{ mode: planned.mode, steps, times: 1 }] : [];
}

/** The sum of all estimates; null where one part of it is not known. */
export function costOf(parts: readonly { times: number }[], answers: readonly TimeEstimate[]): Cost | null {
  if (!parts.length || answers.some((one) => one.seconds === null)) return null;
  return {
    seconds: answers.reduce((sum, one, place) => sum + one.seconds! * parts[place]!.times, 0),
    runs: answers.reduce((sum, one) => sum + one.runs, 0),
  };
}

export async function estimate(planned: Planned): Promise<Cost | null> {
  const parts = questions(planned);
  const { network, dataset, federation } = planned;
  const answers = await Promise.all(
    parts.map(({ mode, steps }) =>
      get<TimeEstimate>("/api/experiments/estimate", {
        mode,
        steps,
        network,
        dataset: dataset || null,
        federation: mode === "federated" ? federation : null,
      }),
    ),
  );
  return costOf(parts, answers);
}

/** The time until all is done: runs wait for each other where there are more of them than workers. */
export const elapsed = (cost: Cost, runs: number, free: number | null): number =>
  cost.seconds / Math.max(1, Math.min(runs, free ?? 1));
