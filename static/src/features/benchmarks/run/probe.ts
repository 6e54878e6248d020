/** What a server turned out to do before the first item, as lines with a judgment. */
import { count, duration, metric, percent } from "../../../lib/format";
import { t, type Key } from "../../../lib/i18n";
import { own } from "../../../lib/own";

interface Repeats {
  n: number;
  distinct: number;
  same: number;
}
/** Which weights the server says that it serves; a null digest means that it does not say. */
export interface Identity {
  digest: string | null;
  source: string | null;
  details: Record<string, string | number>;
}
/** What finding out has used, of all probes of a run; `cost` is null without prices. */
interface Spent {
  prompt: number;
  completion: number;
  cost: number | null;
}
/** What the probe stores; older runs and other servers may lack parts of it. */
export interface Probe {
  api?: string;
  endpoint?: string;
  answered_by?: string | null;
  listed?: string;
  json_mode?: string;
  logprobs?: string;
  logprob_mass?: number | null;
  logprob_mismatches?: number;
  alone?: Repeats;
  under_load?: Repeats;
  prompt?: string;
  longest_prompt_tokens?: number | null;
  reasoning?: string;
  seconds_per_answer?: number | null;
  usage?: boolean;
  spent?: Spent;
  identity?: Identity;
  changes?: string[];
  refusals?: string[];
  warnings?: string[];
}
export type Tone = "good" | "bad" | "";
export interface ProbeLine {
  label: string;
  text: string;
  tone: Tone;
}

const WORDS: Readonly<Record<string, Key>> = {
  yes: "common.yes",
  no: "common.no",
  unknown: "bench.state_unknown",
  whole: "bench.probe_whole",
  cut: "bench.probe_cut",
  none: "bench.probe_no_reasoning",
  split_off: "bench.probe_split_off",
  in_text: "bench.probe_in_text",
};
const word = (value: string): string => {
  const key = own(WORDS, value);
  return key ? t(key) : value;
};

function repeats(label: Key, found: Repeats | undefined): ProbeLine | null {
  if (!found?.n) return null;
  const text =
    found.distinct === 1
      ? t("bench.probe_all_same", { n: count(found.n) })
      : t("bench.probe_some_same", { same: count(found.same), n: count(found.n), distinct: count(found.distinct) });
  return { label: t(label), text, tone: found.distinct === 1 ? "good" : "" };
}

function logprobs(probe: Probe): ProbeLine | null {
  if (!probe.logprobs) return null;
  const mass =
    typeof probe.logprob_mass === "number"
      ? t("bench.probe_mass", { mass: percent(probe.logprob_mass), mismatches: count(probe.logprob_mismatches ?? 0) })
      : "";
  return { label: t("bench.probe_logprobs"), text: `${word(probe.logprobs)} ${mass}`.trim(), tone: "" };
}

function plain(label: Key, value: string | null | undefined, tone: Tone = ""): ProbeLine | null {
  return value ? { label: t(label), text: word(value), tone } : null;
}

export const digestText = (identity: Identity | null | undefined): string => identity?.digest ?? t("bench.no_digest");

function used(spent: Spent | undefined, currency: string): ProbeLine | null {
  if (!spent?.prompt && !spent?.completion) return null;
  const tokens = t("bench.tokens_in_out", { prompt: count(spent.prompt), completion: count(spent.completion) });
  const price =
    spent.cost === null ? "" : `, ${t("bench.probe_spent_price", { price: `${metric(spent.cost)} ${currency}` })}`;
  return { label: t("bench.probe_spent"), text: `${tokens}${price}`, tone: "" };
}

/** `currency` is that of the model, for what the probe has cost. */
export function linesOf(probe: Probe, currency = ""): ProbeLine[] {
  const lines = [
    plain("bench.probe_endpoint", probe.endpoint || probe.api),
    plain("bench.probe_answered_by", probe.answered_by),
    plain("bench.probe_listed", probe.listed),
    probe.identity ? { label: t("bench.model_digest"), text: digestText(probe.identity), tone: "" as Tone } : null,
    plain("bench.probe_prompt", probe.prompt, probe.prompt === "cut" ? "bad" : probe.prompt === "whole" ? "good" : ""),
    repeats("bench.probe_alone", probe.alone),
    repeats("bench.probe_under_load", probe.under_load),
    logprobs(probe),
    plain("bench.probe_json", probe.json_mode),
    plain("bench.probe_reasoning", probe.reasoning),
    used(probe.spent, currency),
  ];
  if (typeof probe.seconds_per_answer === "number")
    lines.push({ label: t("bench.probe_seconds"), text: duration(probe.seconds_per_answer), tone: "" });
  return lines.filter((one) => one !== null);
}
