/** The parameters of the kinds in words; one that a kind brings along later has its own name. */
import { decimal, sentence } from "../../lib/format";
import { t, type Key } from "../../lib/i18n";
import { own } from "../../lib/own";

const NAMES: Readonly<Record<string, Key>> = {
  mode: "schedules.param_mode",
  dataset: "schedules.param_dataset",
  pretrained: "schedules.param_pretrained",
  experiment_name: "schedules.param_experiment_name",
  run_description: "schedules.param_run_description",
  num_server_rounds: "schedules.param_num_server_rounds",
  federation: "schedules.param_federation",
  config: "schedules.param_config",
  url: "schedules.param_url",
  site_kind: "schedules.param_site_kind",
  competitor_id: "schedules.param_competitor_id",
  frequency_days: "schedules.param_frequency_days",
  check_links: "schedules.param_check_links",
  max_links: "schedules.param_max_links",
  connection_id: "schedules.param_connection_id",
  session_id: "schedules.param_session_id",
  models: "schedules.param_models",
  overlap: "schedules.param_overlap",
  trains_unchanged: "schedules.param_trains_unchanged",
  new_rows: "schedules.param_new_rows",
  n_dat: "schedules.param_n_dat",
  runs: "schedules.param_runs",
  best_run_id: "schedules.param_best_run_id",
  best_model: "schedules.param_best_model",
  skill: "schedules.param_skill",
  data_state: "schedules.param_data_state",
  execution_days: "schedules.param_execution_days",
  event_days: "schedules.param_event_days",
  dry_run: "schedules.param_dry_run",
  batch_size: "schedules.param_batch_size",
  requests_per_minute: "schedules.param_requests_per_minute",
  timeout_seconds: "schedules.param_timeout_seconds",
  cost_limit: "schedules.param_cost_limit",
  dataset_id: "schedules.param_dataset_id",
  model_name: "schedules.param_model_name",
  language: "schedules.param_language",
  system_prompt: "schedules.param_system_prompt",
  max_attempts: "schedules.param_max_attempts",
  seed: "schedules.param_seed",
  resume_run_id: "schedules.param_resume_run_id",
  wordings: "schedules.param_wordings",
  cues: "schedules.param_cues",
  repeats: "schedules.param_repeats",
  include_rationale: "schedules.param_include_rationale",
  scale_mode: "schedules.param_scale_mode",
  dual_fraction: "schedules.param_dual_fraction",
  trait_ids: "schedules.param_trait_ids",
  attrgen_run_id: "schedules.param_attrgen_run_id",
  max_new_tokens: "schedules.param_max_new_tokens",
  temperature: "schedules.param_temperature",
  lenient: "schedules.param_lenient",
  logprobs: "schedules.param_logprobs",
  equivalence_margin: "schedules.param_equivalence_margin",
  baselines: "schedules.param_baselines",
};
const CHOICES: Readonly<Record<string, Key>> = {
  centralized: "schedules.choice_centralized",
  federated: "schedules.choice_federated",
  user_website: "schedules.choice_user_website",
  competitor: "schedules.choice_competitor",
  final: "schedules.choice_final",
  all: "schedules.choice_all",
  new: "schedules.choice_new",
  old: "schedules.choice_old",
  en: "schedules.choice_en",
  de: "schedules.choice_de",
  in: "schedules.choice_in",
  rev: "schedules.choice_rev",
  random50: "schedules.choice_random50",
};
export function parameterWord(name: string): string {
  const word = own(NAMES, name);
  return word ? t(word) : sentence(name.replaceAll("_", " "));
}
export function choiceWord(value: string): string {
  const word = own(CHOICES, value);
  return word ? t(word) : value;
}

export const NOTHING = "–";
/** What has parts with names of their own. */
export const isNamed = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as people read it: yes or no, a number of the language, a list and what has names by its parts. */
export function valueWord(value: unknown): string {
  if (typeof value === "boolean") return t(value ? "common.yes" : "common.no");
  if (typeof value === "string") return choiceWord(value) || NOTHING;
  if (typeof value === "number") return decimal(String(value));
  if (Array.isArray(value)) return value.map(valueWord).join(value.some(isNamed) ? "; " : ", ") || NOTHING;
  const parts = Object.entries((value as object | null) ?? {});
  return parts.map(([name, one]) => `${parameterWord(name)}: ${valueWord(one)}`).join(", ") || NOTHING;
}
