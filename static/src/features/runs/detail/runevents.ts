/**
 * What each event of a run changes in what is known of it.
 *
 * Applying an event twice changes nothing, so a snapshot from the API and a replay of the same
 * facts can be laid over each other in any amount.
 */
import { t } from "../../../lib/i18n";
import type { LiveEvent } from "../../../lib/live/stream";
import { messageText } from "../../../lib/message";
import { own } from "../../../lib/own";
import type { JobState, Metrics, RunStatus } from "../../../lib/types";
import { roundOf, type ClientView, type RunView } from "./runview";

const KEPT_EVENTS = 1_000;
/** After these the sites are not waited for any more. */
const PHASE_OVER: ReadonlySet<string> = new Set(["round_metrics", "round_end", "training_end", "training_start"]);

/** Take one event in; unknown types only lengthen the list of events. */
export function applyEvent(view: RunView, event: LiveEvent): void {
  view.events.push(event);
  if (view.events.length > KEPT_EVENTS) view.events.splice(0, view.events.length - KEPT_EVENTS);
  if (event.type === "sites_answered") view.answers = event;
  if (PHASE_OVER.has(event.type)) view.answers = null;
  own(HANDLERS, event.type)?.(view, event.data, Date.parse(event.at));
}

type Data = Record<string, unknown>;
type Handler = (view: RunView, data: Data, at: number) => void;

const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const metrics = (value: unknown): Metrics => (value && typeof value === "object" ? (value as Metrics) : {});

function clientOf(view: RunView, data: Data): ClientView | null {
  const name = text(data.client_id);
  const step = number(data.round);
  if (name === null || step === null) return null;
  const round = roundOf(view, step);
  const client: ClientView = {
    client: name,
    status: "waiting",
    num_samples: null,
    seconds: null,
    metrics: {},
    reason: null,
    localEpoch: null,
    ...round.clients.get(name),
  };
  round.clients.set(name, client);
  return client;
}

/** A new attempt goes on after its checkpoint: what was half done behind it is trained again. */
function forgetAfter(view: RunView, step: number | null): void {
  const from = step ?? -1;
  for (const [round, stored] of view.rounds) {
    if (round > from && (stored.phase === "running" || step !== null)) view.rounds.delete(round);
  }
  for (const epoch of [...view.epochs.keys()]) {
    if (step !== null && epoch > from) view.epochs.delete(epoch);
  }
}

const HANDLERS: Record<string, Handler> = {
  training_mode(view, data) {
    view.mode = data.is_federated ? "federated" : "centralized";
    view.numClients = number(data.num_clients) ?? view.numClients;
    if (data.is_federated) view.totalSteps = number(data.num_rounds) ?? view.totalSteps;
  },
  training_start(view, data) {
    const attempt = number(data.attempt) ?? view.attempt;
    if (attempt > view.attempt && view.attempt > 0) forgetAfter(view, number(data.resumed_from));
    view.attempt = attempt;
    view.ended = null;
    view.stepTimes = [];
    if (view.mode !== "federated") view.totalSteps = number(data.max_epochs) ?? view.totalSteps;
  },
  epoch_start(view, data) {
    view.totalSteps = number(data.total_epochs) ?? view.totalSteps;
  },
  epoch_end(view, data, at) {
    if (text(data.client_id) !== null || number(data.round_number) !== null) return;
    const epoch = number(data.epoch) ?? 0;
    const known = view.epochs.get(epoch) ?? { epoch, at, metrics: {} };
    if (!view.epochs.has(epoch)) view.stepTimes.push(at);
    known.metrics = { ...known.metrics, [text(data.phase) ?? "val"]: metrics(data.metrics) };
    view.epochs.set(epoch, known);
  },
  forecast_progress(view, data) {
    view.share = (number(data.percent) ?? 0) / 100;
    view.totalSteps = number(data.total_epochs) ?? view.totalSteps;
  },
  batch_metrics(view, data) {
    view.batch = {
      epoch: number(data.epoch) ?? 0,
      step: number(data.step) ?? 0,
      loss: number(data.loss),
      client: text(data.client_id),
    };
  },
  gradient_stats(view, data) {
    view.gradientNorm = number(data.total_norm);
  },
  lr_update(view, data) {
    view.learningRate = number(data.current_lr);
  },
  early_stopping(view, data) {
    view.early = {
      epoch: number(data.epoch) ?? 0,
      metric: text(data.metric_name) ?? t("run.the_metric"),
      patience: number(data.patience) ?? 0,
    };
  },
  round_start(view, data, at) {
    const step = number(data.round);
    if (step === null) return;
    for (const name of Array.isArray(data.clients) ? data.clients : []) {
      clientOf(view, { client_id: name, round: step });
    }
    const round = roundOf(view, step);
    round.startedAt = at;
    if (round.seconds === null) round.phase = "running";
    view.totalSteps = number(data.total_rounds) ?? view.totalSteps;
    view.localEpochs = number(data.local_epochs) ?? view.localEpochs;
  },
  round_metrics(view, data) {
    const step = number(data.round);
    if (step === null) return;
    const round = roundOf(view, step);
    round.metrics = { ...round.metrics, ...metrics(data.metrics) };
    if (step === 0) round.phase = "done";
    view.totalSteps = number(data.total_rounds) ?? view.totalSteps;
  },
  round_end(view, data, at) {
    const step = number(data.round);
    if (step === null) return;
    for (const [name, reason] of Object.entries((data.refused ?? {}) as Record<string, string>)) {
      const client = clientOf(view, { client_id: name, round: step });
      if (client && client.status !== "failed") client.status = "refused";
      if (client) client.reason ??= reason;
    }
    const round = roundOf(view, step);
    if (round.seconds === null) view.stepTimes.push(at);
    round.phase = "done";
    round.noQuorum = data.status === "no_quorum";
    round.seconds = number(data.seconds);
    round.fitMetrics = metrics(data.fit_metrics);
    round.metrics = { ...round.metrics, ...metrics(data.eval_metrics) };
  },
  client_training_start(view, data) {
    const client = clientOf(view, data);
    if (!client || client.seconds !== null) return;
    client.status = "training";
    client.num_samples = number(data.num_samples) ?? client.num_samples;
  },
  client_progress(view, data) {
    const client = clientOf(view, data);
    if (!client || client.seconds !== null) return;
    client.status = "training";
    client.localEpoch = number(data.local_epoch);
    client.metrics = { ...client.metrics, ...metrics(data.metrics) };
  },
  client_complete(view, data) {
    const client = clientOf(view, data);
    if (!client) return;
    client.status = text(data.status) ?? "completed";
    client.num_samples = number(data.num_samples) ?? client.num_samples;
    client.seconds = number(data.seconds) ?? 0;
    client.metrics = metrics(data.metrics);
    client.reason = text(data.reason) ?? client.reason;
  },
  status(view, data) {
    view.status = text(data.status) as RunStatus | null;
    view.jobState = text(data.job_state) as JobState | null;
    const message = text(data.message);
    view.message =
      message === null ? null : messageText(message, data.message_code, data.message_params as Metrics | null);
    view.attempt = number(data.attempt) ?? view.attempt;
  },
  log(view, data) {
    view.lastLogId = Math.max(view.lastLogId, number(data.last_id) ?? 0);
  },
  training_end(view, data) {
    view.ended = {
      status: text(data.status) ?? "",
      seconds: number(data.training_duration) ?? 0,
      reason: text(data.reason),
    };
  },
};
