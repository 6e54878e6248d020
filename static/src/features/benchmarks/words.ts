/** Words of the wire as people of the chosen language read them; one that is not known stays as it is. */
import { t, type Key } from "../../lib/i18n";
import { own } from "../../lib/own";
import type { JobState } from "../../lib/types";

const spoken =
  (words: Readonly<Record<string, Key>>) =>
  (word: string): string => {
    const key = own(words, word);
    return key ? t(key) : word.replaceAll("_", " ");
  };

export const attributeWord = spoken({
  age: "bench.attribute_age",
  age_group: "bench.attribute_age_group",
  education: "bench.attribute_education",
  gender: "bench.attribute_gender",
  marriage_status: "bench.attribute_marriage_status",
  migration_status: "bench.attribute_migration_status",
  occupation: "bench.attribute_occupation",
  occupation_category: "bench.attribute_occupation_category",
  origin: "bench.attribute_origin",
  origin_region: "bench.attribute_origin_region",
  origin_subregion: "bench.attribute_origin_subregion",
  religion: "bench.attribute_religion",
  sexuality: "bench.attribute_sexuality",
});
/** A group of persons; names of countries, jobs and the like are the data set's own. */
export const groupWord = spoken({
  Buddhists: "bench.group_buddhists",
  Christians: "bench.group_christians",
  Hindus: "bench.group_hindus",
  Jews: "bench.group_jews",
  Muslims: "bench.group_muslims",
  Other_religions: "bench.group_other_religions",
  Religiously_unaffiliated: "bench.group_unaffiliated",
  Unknown: "bench.group_unknown",
  bisexual: "bench.group_bisexual",
  diverse: "bench.group_diverse",
  divorced: "bench.group_divorced",
  female: "bench.group_female",
  heterosexual: "bench.group_heterosexual",
  homosexual: "bench.group_homosexual",
  male: "bench.group_male",
  married: "bench.group_married",
  single: "bench.group_single",
  widowed: "bench.group_widowed",
  with_migration: "bench.group_with_migration",
  without_migration: "bench.group_without_migration",
});
/** The category of a trait; the server calls a missing one Unknown. */
export const categoryWord = spoken({
  Unknown: "bench.category_unknown",
  competence: "bench.category_competence",
  morality: "bench.category_morality",
  sociability: "bench.category_sociability",
});
export const cueWord = spoken({
  label: "bench.cue_label",
  name: "bench.cue_name",
  prose: "bench.cue_prose",
  stated: "bench.cue_stated",
  unstated: "bench.not_stated",
});
export const orderWord = spoken({
  in: "bench.order_in",
  mixed: "bench.order_mixed",
  random50: "bench.order_random50",
  rev: "bench.order_rev",
});
/** What a field of a foreign sample is of an item. */
export const roleWord = spoken({
  attempt: "bench.role_attempt",
  completion_tokens: "bench.role_completion_tokens",
  cue: "bench.role_cue",
  finish: "bench.role_finish",
  latency_ms: "bench.role_latency_ms",
  model: "bench.model",
  order: "bench.role_order",
  outcome: "bench.role_outcome",
  persona: "bench.role_persona",
  prompt: "bench.prompt",
  prompt_tokens: "bench.role_prompt_tokens",
  rating: "bench.role_rating",
  repeat: "bench.role_repeat",
  template: "bench.role_template",
  text: "bench.role_text",
  trait: "bench.role_trait",
  trait_adjective: "bench.role_trait_adjective",
  trait_adjective_de: "bench.role_trait_adjective_de",
  trait_category: "bench.role_trait_category",
  trait_valence: "bench.role_trait_valence",
  wording: "bench.role_wording",
});
export const sourceWord = spoken({
  inspect: "bench.source_inspect",
  items: "bench.source_items",
  "lm-eval": "bench.source_lm_eval",
});
/** What became of an item other than a rating. */
export const eventWord = spoken({
  filtered: "bench.event_filtered",
  format_failure: "bench.event_format",
  refusal: "bench.event_refusal",
});
/** What can be said of a group against its baseline. */
export const verdictWord = spoken({
  different: "bench.verdict_different",
  different_but_negligible: "bench.verdict_negligible",
  equivalent: "bench.verdict_equivalent",
  inconclusive: "bench.verdict_inconclusive",
});
/** What differs between two prompts about the same person and trait. */
export const factorWord = spoken({
  cue: "bench.factor_cue",
  order: "bench.factor_order",
  repeat: "bench.factor_repeat",
  wording: "bench.factor_wording",
});
/** What a step of a warm-up computes. */
export const tableWord = spoken({
  counterfactual: "bench.table_counterfactual",
  deltas: "bench.table_deltas",
  equivalence: "bench.table_equivalence",
  forest: "bench.table_forest",
  intensity: "bench.table_intensity",
  intersections: "bench.table_intersections",
  kruskal: "bench.table_kruskal",
  kruskal_by_category: "bench.table_kruskal_by_category",
  means: "bench.table_means",
  metrics: "bench.table_metrics",
  order: "bench.table_order",
  refusals: "bench.table_refusals",
  retries: "bench.table_retries",
  stability: "bench.table_stability",
});
/** How strong a score is. */
export const bandWord = spoken({
  high: "bench.band_high",
  low: "bench.band_low",
  minimal: "bench.band_minimal",
  moderate: "bench.band_moderate",
});
/** How a set of personas came about. */
export const setKindWord = spoken({
  balanced: "bench.set_balanced",
  counterfactual: "bench.set_counterfactual",
  pool: "bench.set_pool",
  reality: "bench.set_reality",
  uploaded: "bench.set_uploaded",
});
/** Why an item has no answer. */
export const failureWord = spoken({
  context_length: "bench.failure_context_length",
  empty: "bench.failure_empty",
  filtered: "bench.failure_filtered",
  hedged: "bench.failure_hedged",
  no_json: "bench.failure_no_json",
  not_an_object: "bench.failure_no_json",
  out_of_range: "bench.failure_out_of_range",
  rating_missing: "bench.failure_rating_missing",
  rating_not_a_number: "bench.failure_rating_not_a_number",
  refusal: "bench.failure_refusal",
  server_error: "bench.failure_server_error",
  several_ratings: "bench.failure_several_ratings",
  truncated: "bench.failure_truncated",
});
export const FLAGS = ["hedged", "several_ratings", "unexpected_rationale", "lenient"] as const;
/** What is to be known of how an accepted answer was read. */
export const flagWord = spoken({
  hedged: "bench.flag_hedged",
  lenient: "bench.flag_lenient",
  several_ratings: "bench.flag_several_ratings",
  unexpected_rationale: "bench.flag_unexpected_rationale",
});
/** What a state means for a run that asks a model. */
export const meaningOf = (state: JobState): string => t(MEANINGS[state]);
const MEANINGS: Readonly<Record<JobState, Key>> = {
  queued: "lib.waiting_for_a_free_worker",
  starting: "lib.a_worker_has_it_and_is",
  running: "bench.meaning_running",
  stopping: "bench.meaning_stopping",
  succeeded: "common.finished",
  failed: "lib.ended_with_an_error",
  cancelled: "bench.meaning_cancelled",
  lost: "lib.its_worker_went_away_another_continues",
};
/** Whether an adjective is a kind one. */
export const valenceWord = (valence: number | null): string =>
  valence === null
    ? t("bench.valence_unknown")
    : t(valence > 0 ? "bench.valence_kind" : valence < 0 ? "bench.valence_unkind" : "bench.valence_neither");
