/** Settings of a manifest that differ, in words. */
import { count, decimal, fixed } from "../../../lib/format";
import { t, type Key } from "../../../lib/i18n";
import { own } from "../../../lib/own";
import type { Compared, ComparedRun } from "../wire";
import { attributeWord, cueWord, groupWord, orderWord } from "../words";

const FIELDS: Readonly<Record<string, Key>> = {
  baselines: "bench.cmp_field_baselines",
  cues: "bench.cues",
  dual_fraction: "bench.both_orders_share",
  endpoint: "bench.probe_endpoint",
  equivalence_margin: "bench.margin",
  include_rationale: "bench.rationale",
  json_mode: "bench.probe_json",
  language: "bench.language",
  lenient: "bench.cmp_field_lenient",
  logprobs: "bench.cmp_field_logprobs",
  max_attempts: "bench.attempts",
  max_new_tokens: "bench.max_tokens",
  reasoning: "bench.probe_reasoning",
  repeats: "bench.repeats",
  scale_mode: "bench.scale",
  seed: "common.seed",
  system_prompt: "bench.system_prompt",
  temperature: "bench.temperature",
  templates: "bench.templates",
  traits: "bench.traits",
  wordings: "bench.wordings",
};
const KINDS: Readonly<Record<string, Key>> = {
  analysis: "bench.cmp_kind_analysis",
  decoding: "bench.cmp_kind_decoding",
  items: "bench.cmp_kind_items",
  prompt: "bench.cmp_kind_prompt",
};
const WORDS: Readonly<Record<string, Key>> = {
  de: "bench.german",
  en: "bench.english",
  in_text: "bench.probe_in_text",
  no: "common.no",
  split_off: "bench.probe_split_off",
  yes: "common.yes",
};
const word = (text: string): string => {
  const key = own(WORDS, text);
  return key ? t(key) : text;
};

export const fieldWord = (field: string): string => {
  const key = own(FIELDS, field);
  return key ? t(key) : field;
};
export const kindWord = (kind: string): string => {
  const key = own(KINDS, kind);
  return key ? t(key) : kind;
};

/** Whether nothing but the model can be why ratings of these two runs differ. */
export function isFairPair({ runs, differences }: Compared, pair: readonly ComparedRun[]): boolean {
  const places = pair.map((one) => runs.findIndex((run) => run.run_id === one.run_id));
  return differences
    .filter((row) => row.kind === "prompt" || row.kind === "decoding")
    .every((row) => new Set(places.map((place) => JSON.stringify(row.values[place]))).size === 1);
}

/** A value of a manifest as people read it. */
export function valueText(field: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return t("bench.cmp_none");
  if (Array.isArray(value)) return value.length ? value.map((one) => valueText(field, one)).join(", ") : "–";
  if (typeof value === "boolean") return t(value ? "common.yes" : "common.no");
  if (typeof value === "number") return field === "dual_fraction" ? `${fixed(100 * value, 0)} %` : numberText(value);
  if (typeof value === "object") return Object.entries(value).map(baselineText).join(", ") || t("bench.cmp_none");
  if (field === "scale_mode") return orderWord(String(value));
  return field === "cues" ? cueWord(String(value)) : word(String(value));
}
const numberText = (value: number): string => (Number.isInteger(value) ? count(value) : decimal(String(value)));
const baselineText = ([attribute, group]: [string, unknown]): string =>
  `${attributeWord(attribute)}: ${groupWord(String(group))}`;
