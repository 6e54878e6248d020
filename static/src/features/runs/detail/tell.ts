/** Each typed event in one plain sentence. */
import { duration, metric, sentence, words } from "../../../lib/format";
import type { LiveEvent } from "../../../lib/live/stream";

type Data = Record<string, unknown>;

const say = (value: unknown): string => (value === null || value === undefined ? "?" : String(value));
const num = (value: unknown): string => metric(typeof value === "number" ? value : null);
const measured = (value: unknown): string =>
  Object.entries((value ?? {}) as Record<string, unknown>)
    .filter(([, told]) => typeof told === "number")
    .slice(0, 6)
    .map(([name, told]) => `${words(name)} ${num(told)}`)
    .join(", ");
const withMetrics = (text: string, value: unknown): string => {
  const told = measured(value);
  return told ? `${text}: ${told}` : text;
};

const SENTENCES: Record<string, (data: Data) => string> = {
  training_mode: (d) =>
    d.is_federated ? `Federated training by ${say(d.num_clients)} clients over ${say(d.num_rounds)} rounds` : "Centralised training on one machine",
  training_start: (d) =>
    `Attempt ${say(d.attempt ?? 1)} begins${typeof d.resumed_from === "number" ? `, going on after step ${d.resumed_from}` : ""}`,
  epoch_start: (d) => `Epoch ${Number(d.epoch) + 1} of ${say(d.total_epochs)} begins`,
  epoch_end: (d) =>
    d.phase === "test"
      ? withMetrics("Measured on the test rows", d.metrics)
      : withMetrics(`${d.client_id ? `${say(d.client_id)}, ` : ""}epoch ${Number(d.epoch) + 1} (${say(d.phase)})`, d.metrics),
  batch_metrics: (d) => `${d.client_id ? `${say(d.client_id)}, ` : ""}batch ${say(d.step)}: loss ${num(d.loss)}`,
  gradient_stats: (d) => `Gradient norm ${num(d.total_norm)} at step ${say(d.step)}`,
  lr_update: (d) => `Learning rate ${num(d.current_lr)} at step ${say(d.step)}`,
  early_stopping: (d) => `Stops early: ${words(say(d.metric_name))} has not improved for ${say(d.patience)} epochs`,
  round_start: (d) => `Round ${say(d.round)} of ${say(d.total_rounds)} begins`,
  round_metrics: (d) => withMetrics(`Round ${say(d.round)} measured by the server`, d.metrics),
  round_end: (d) => {
    const refused = Object.keys((d.refused ?? {}) as object);
    return `Round ${say(d.round)} is complete after ${duration(d.seconds as number)}${refused.length ? `; refused: ${refused.join(", ")}` : ""}`;
  },
  client_training_start: (d) => `${say(d.client_id)} trains in round ${say(d.round)} on ${say(d.num_samples)} samples`,
  client_progress: (d) => withMetrics(`${say(d.client_id)}, round ${say(d.round)}, epoch ${Number(d.local_epoch) + 1}`, d.metrics),
  client_complete: (d) =>
    `${say(d.client_id)} ${d.status === "completed" ? "finished" : say(d.status)} in round ${say(d.round)}${d.reason ? `: ${say(d.reason)}` : ""}`,
  sites_answered: (d) => {
    const [done, left] = [(d.answered ?? []) as string[], (d.waiting_for ?? []) as string[]];
    const what = d.phase === "asking" ? "Asking the sites what they have" : `Round ${say(d.round)}, ${say(d.phase)}`;
    return `${what}: ${done.length} of ${done.length + left.length} ${done.length + left.length === 1 ? "site has" : "sites have"} answered${left.length ? `; waiting for ${left.slice(0, 5).join(", ")}${left.length > 5 ? ` and ${left.length - 5} more` : ""}` : ""}`;
  },
  status: (d) => `${sentence(say(d.job_state))}${d.message ? `: ${say(d.message)}` : ""}`,
  error: (d) => `${d.client_id ? `${say(d.client_id)}: ` : ""}${say(d.error)}`,
  series_points: (d) => {
    const names = (Array.isArray(d.names) ? d.names : []).map(String);
    return `Curves have grown to step ${say(d.last_step)}: ${names.slice(0, 6).join(", ")}${names.length > 6 ? " and more" : ""}`;
  },
  log: (d) => `The log has grown to line ${say(d.last_id)}`,
  training_end: (d) => `Training ended as ${say(d.status)} after ${duration(d.training_duration as number)}${d.reason ? `: ${say(d.reason)}` : ""}`,
};

export function tell(event: LiveEvent): string {
  return SENTENCES[event.type]?.(event.data) ?? JSON.stringify(event.data);
}
