/** Each typed event in one plain sentence. */
import { messageText } from "../../../lib/message";
import { clientWord, stateWord, phaseWord } from "../../../lib/states";
import { t, translated } from "../../../lib/i18n";
import { duration, measuredAs, metric, percent, sentence, words } from "../../../lib/format";
import { own } from "../../../lib/own";
import type { EventData, EventType } from "../../../lib/events";
import type { LiveEvent } from "../../../lib/live/stream";

/** A sentence for each kind of event, of the fields that it has. */
type Sentences = { [Type in EventType]?: (data: EventData[Type]) => string };

const say = (value: unknown): string => (value === null || value === undefined ? "?" : String(value));
const num = (value: unknown): string => metric(typeof value === "number" ? value : null);
const measured = (value: unknown): string =>
  Object.entries((value ?? {}) as Record<string, unknown>)
    .filter(([, value]) => typeof value === "number")
    .slice(0, 6)
    .map(([name, value]) => `${words(name)} ${measuredAs(name, value as number)}`)
    .join(", ");
const withMetrics = (text: string, value: unknown): string => {
  const score = measured(value);
  return score ? `${text}: ${score}` : text;
};

/** Epochs count from 0 on the wire and from 1 for people, as under the curves. */
const resumed = (mode: unknown, step: number): string =>
  t("run.going_on_after_step_resumed_from", { mode: say(mode), resumedFrom: mode === "federated" ? step : step + 1 });

const SENTENCES: Sentences = {
  training_mode: (d) =>
    d.is_federated
      ? t("run.federated_training_by_num_clients", { numClients: say(d.num_clients), numRounds: say(d.num_rounds) })
      : t("run.centralized_training_on_one_machine"),
  training_start: (d) =>
    t("run.attempt_attempt_beginsvalue", {
      attempt: say(d.attempt ?? 1),
      value: typeof d.resumed_from === "number" ? resumed(d.training_mode, d.resumed_from) : "",
    }),
  epoch_start: (d) =>
    t("run.epoch_epoch_of_total_epochs_begins", { epoch: Number(d.epoch) + 1, totalEpochs: say(d.total_epochs) }),
  epoch_end: (d) =>
    d.phase === "test"
      ? withMetrics(t("run.measured_on_the_test_rows"), d.metrics)
      : withMetrics(
          t("run.valueepoch_epoch_phase", {
            value: d.client_id ? `${say(d.client_id)}, ` : "",
            epoch: Number(d.epoch) + 1,
            phase: phaseWord(say(d.phase)),
          }),
          d.metrics,
        ),
  forecast_progress: (d) =>
    t("run.percent_percent_of_the_model_model", {
      percent: percent(Number(d.percent) / 100),
      model: say(d.model_name),
      left: typeof d.eta_seconds === "number" ? t("run.about_time_left", { time: duration(d.eta_seconds) }) : "",
    }),
  batch_metrics: (d) =>
    t("run.valuebatch_step_loss_loss", {
      value: d.client_id ? `${say(d.client_id)}, ` : "",
      step: say(d.step),
      loss: num(d.loss),
    }),
  gradient_stats: (d) => t("run.gradient_norm_total_norm_at_step", { totalNorm: num(d.total_norm), step: say(d.step) }),
  lr_update: (d) => t("run.learning_rate_current_lr_at_step", { currentLr: num(d.current_lr), step: say(d.step) }),
  early_stopping: (d) =>
    t("run.stops_early_metric_name_has_not", { metricName: words(say(d.metric_name)), patience: say(d.patience) }),
  round_start: (d) =>
    t("run.round_round_of_total_rounds_begins", { round: say(d.round), totalRounds: say(d.total_rounds) }),
  round_metrics: (d) => withMetrics(t("run.round_round_measured_by_the_server", { round: say(d.round) }), d.metrics),
  round_end: (d) => {
    const refused = Object.keys((d.refused ?? {}) as object);
    return t("run.round_round_is_complete_after", {
      round: say(d.round),
      seconds: duration(d.seconds as number),
      value: refused.length ? t("run.refused_value", { value: refused.join(", ") }) : "",
    });
  },
  client_training_start: (d) =>
    t("run.client_id_trains_in_round_round", {
      clientId: say(d.client_id),
      round: say(d.round),
      numSamples: say(d.num_samples),
    }),
  client_progress: (d) =>
    withMetrics(
      t("run.client_id_round_round_epoch_local", {
        clientId: say(d.client_id),
        round: say(d.round),
        localEpoch: Number(d.local_epoch) + 1,
      }),
      d.metrics,
    ),
  client_complete: (d) =>
    t("run.client_id_value_in_round_roundvalue2", {
      clientId: say(d.client_id),
      value: clientWord(say(d.status)),
      round: say(d.round),
      value2: d.reason ? `: ${translated(say(d.reason))}` : "",
    }),
  sites_answered: (d) => {
    const [done, left] = [(d.answered ?? []) as string[], (d.waiting_for ?? []) as string[]];
    const what =
      d.phase === "asking"
        ? t("run.asking_the_sites_what_they_have")
        : t("run.round_round_phase", { round: say(d.round), phase: phaseWord(say(d.phase)) });
    return t("run.what_done_of_done2_value_answeredvalue2", {
      what,
      done: done.length,
      done2: done.length + left.length,
      value: done.length + left.length === 1 ? t("run.site_has") : t("run.sites_have"),
      value2: left.length
        ? t("run.waiting_for_valuevalue2", {
            value: left.slice(0, 5).join(", "),
            value2: left.length > 5 ? ` ${t("run.and_left_more", { left: left.length - 5 })}` : "",
          })
        : "",
    });
  },
  status: (d) =>
    `${sentence(stateWord(say(d.job_state)))}${d.message ? `: ${messageText(say(d.message), d.message_code, d.message_params as Record<string, unknown>)}` : ""}`,
  error: (d) => `${d.client_id ? `${say(d.client_id)}: ` : ""}${translated(say(d.error))}`,
  series_points: (d) => {
    const names = (Array.isArray(d.names) ? d.names : []).map(String);
    return t("run.curves_have_grown_to_step_last", {
      lastStep: say(d.last_step),
      value: names.slice(0, 6).join(", "),
      value2: names.length > 6 ? ` ${t("run.and_more")}` : "",
    });
  },
  log: (d) => t("run.the_log_has_grown_to_line", { lastId: say(d.last_id) }),
  training_end: (d) =>
    t("run.training_ended_as_status_after_training", {
      status: stateWord(say(d.status)),
      trainingDuration: duration(d.training_duration as number),
      value: d.reason
        ? `: ${messageText(say(d.reason), d.reason_code, d.reason_params as Record<string, unknown>)}`
        : "",
    }),
};

export function tell(event: LiveEvent): string {
  return (
    own(SENTENCES as Record<string, (data: LiveEvent["data"]) => string>, event.type)?.(event.data) ??
    JSON.stringify(event.data)
  );
}
