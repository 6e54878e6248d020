/**
 * What is known of a run, without a screen: rounds, clients, epochs, state and log mark.
 *
 * Events are taken in by `runevents`; rounds from the API are laid under what they reported.
 */
import type { LiveEvent } from "../../../lib/live/stream";
import { isWorkedOn } from "../../../lib/states";
import type { ClientRound, JobState, Metrics, Mode, Round, RunStatus } from "../../../lib/types";

export interface ClientView extends ClientRound {
  localEpoch: number | null;
}

export interface RoundView {
  round: number;
  /** Interrupted: it was under way when the run stopped, failed or was lost. */
  phase: "running" | "done" | "interrupted";
  startedAt: number | null;
  seconds: number | null;
  metrics: Metrics;
  fitMetrics: Metrics;
  clients: Map<string, ClientView>;
  modelArtifact?: number | null;
  isBest?: boolean;
  canResume?: boolean;
  /** Too few good updates came: the model stayed as it was. */
  noQuorum?: boolean;
}

export interface EpochView {
  epoch: number;
  at: number;
  metrics: Record<string, Metrics>;
}

export interface RunView {
  mode: Mode | null;
  status: RunStatus | null;
  jobState: JobState | null;
  message: string | null;
  attempt: number;
  totalSteps: number | null;
  /** What a training says of its own progress, 0 to 1, where it counts more than its steps. */
  share: number | null;
  localEpochs: number | null;
  numClients: number | null;
  rounds: Map<number, RoundView>;
  epochs: Map<number, EpochView>;
  stepTimes: number[];
  batch: { epoch: number; step: number; loss: number | null; client: string | null } | null;
  /** The newest word of who has answered in a phase across sites; null while nobody is asked. */
  answers: LiveEvent | null;
  learningRate: number | null;
  gradientNorm: number | null;
  lastLogId: number;
  early: { epoch: number; metric: string; patience: number } | null;
  ended: { status: string; seconds: number; reason: string | null } | null;
  events: LiveEvent[];
}

export function emptyView(): RunView {
  return {
    mode: null,
    status: null,
    jobState: null,
    message: null,
    attempt: 0,
    totalSteps: null,
    share: null,
    localEpochs: null,
    numClients: null,
    rounds: new Map(),
    epochs: new Map(),
    stepTimes: [],
    batch: null,
    answers: null,
    learningRate: null,
    gradientNorm: null,
    lastLogId: 0,
    early: null,
    ended: null,
    events: [],
  };
}

/** The API says `f1_score` where the events say `f1`. */
function asInEvents({ f1_score: f1, ...rest }: Metrics): Metrics {
  return f1 === undefined ? rest : { ...rest, f1 };
}

/** Lay rounds from the API under what events already reported. */
export function addRounds(view: RunView, rounds: readonly Round[]): void {
  for (const stored of rounds) {
    const round = roundOf(view, stored.round);
    round.seconds ??= stored.seconds;
    round.startedAt ??= stored.started_at ? Date.parse(stored.started_at) : null;
    round.metrics = { ...asInEvents(stored.metrics), ...round.metrics };
    round.fitMetrics = { ...stored.fit_metrics, ...round.fitMetrics };
    if (
      /^(completed|no_quorum)$/.test(stored.status) ||
      stored.seconds !== null ||
      Object.keys(stored.metrics ?? {}).length
    )
      round.phase = "done";
    round.noQuorum ??= stored.status === "no_quorum";
    round.modelArtifact = stored.model_artifact_id ?? round.modelArtifact ?? null;
    round.isBest = stored.is_best ?? round.isBest;
    round.canResume = stored.can_resume ?? round.canResume;
    for (const client of stored.clients ?? []) {
      const known = round.clients.get(client.client);
      round.clients.set(client.client, { ...client, localEpoch: null, ...(known && knownOf(known)) });
    }
  }
}

/** What events reported of a client; the rest may come from the stored rounds. */
const knownOf = (client: ClientView): Partial<ClientView> =>
  Object.fromEntries(Object.entries(client).filter(([, value]) => value !== null && value !== undefined));

/** A round to change: a new object each time, so that a page sees which rounds have changed. */
export function roundOf(view: RunView, number: number): RoundView {
  const known = view.rounds.get(number);
  const round: RoundView = known
    ? { ...known, clients: new Map(known.clients) }
    : {
        round: number,
        phase: "running",
        startedAt: null,
        seconds: null,
        metrics: {},
        fitMetrics: {},
        clients: new Map(),
      };
  view.rounds.set(number, round);
  return round;
}

/** The rounds in order; once nobody works on the run, none of them is under way any more. */
export function roundList(view: RunView, state?: JobState): RoundView[] {
  const rounds = [...view.rounds.values()].sort((a, b) => a.round - b.round);
  return state === undefined || isWorkedOn(state) ? rounds : rounds.map(asLeft);
}

function asLeft(round: RoundView): RoundView {
  if (round.phase !== "running") return round;
  const clients = [...round.clients].map(([name, client]) => [name, leftBehind(client)] as const);
  return { ...round, phase: "interrupted", clients: new Map(clients) };
}

const UNDER_WAY: ReadonlySet<string> = new Set(["waiting", "started", "training"]);
const leftBehind = (client: ClientView): ClientView =>
  UNDER_WAY.has(client.status) ? { ...client, status: "interrupted" } : client;

/** Take away what was trained after a round from which the run goes on. */
export function rewind(view: RunView, round: number): void {
  for (const known of [...view.rounds.keys()]) if (known > round) view.rounds.delete(known);
}

/** Rounds or epochs that are whole; round 0 is the untrained model and does not count. */
export function stepsDone(view: RunView): number {
  if (view.mode === "federated" || view.rounds.size) {
    return roundList(view).filter((round) => round.round > 0 && round.phase === "done").length;
  }
  return view.epochs.size;
}

/** Seconds to go, from the pace of the latest steps; null before there is a pace. */
export function remaining(view: RunView): number | null {
  const times = view.stepTimes.slice(-6);
  const first = times[0];
  const last = times.at(-1);
  if (view.totalSteps === null || times.length < 2 || first === undefined || last === undefined) {
    return null;
  }
  const pace = (last - first) / 1000 / (times.length - 1);
  return Math.max(0, (view.totalSteps - stepsDone(view)) * pace);
}
