/** The settings of a new benchmark run as they are typed, and the body that they make. */
import type { components } from "../../../lib/schema";
import { decimal } from "../../../lib/format";
import { t } from "../../../lib/i18n";

export type StartBody = Partial<components["schemas"]["StartBody"]>;
/** What an estimate is made of: the run, and the pilot that says how ratings spread. */
export type EstimateBody = StartBody & { pilot_run_id?: number | null };
export type Wording = "a" | "b" | "c";
export type Cue = "label" | "name" | "prose";
export const WORDINGS: readonly Wording[] = ["a", "b", "c"];
export const CUES: readonly Cue[] = ["label", "name", "prose"];
export const SCALES = ["random50", "in", "rev"] as const;

/** Numbers are kept as typed: what is half typed is not yet wrong. */
export interface Typed {
  dual_percent: string;
  repeats: string;
  temperature: string;
  max_attempts: string;
  max_new_tokens: string;
  seed: string;
  equivalence_margin: string;
  batch_size: string;
  requests_per_minute: string;
  timeout_seconds: string;
  cost_limit: string;
}
export const TYPED: Typed = {
  dual_percent: "20",
  repeats: "1",
  temperature: "0",
  max_attempts: "3",
  max_new_tokens: "256",
  seed: "0",
  equivalence_margin: decimal("0.25"),
  batch_size: "8",
  requests_per_minute: "",
  timeout_seconds: "120",
  cost_limit: "",
};
/** May be left empty: there is no limit then. */
const OPTIONAL: ReadonlySet<string> = new Set(["requests_per_minute", "cost_limit"]);

/** A typed number with a point or a comma; null of nothing, NaN of what is none. */
export function numberIn(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  return plain === "" ? null : Number(plain);
}

/** The numbers of the body, and what is wrong with fields that have none. */
export function numbersOf(typed: Typed): { body: StartBody; errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const body: Record<string, number> = {};
  for (const [name, text] of Object.entries(typed) as [keyof Typed, string][]) {
    const value = numberIn(text);
    const field = name === "dual_percent" ? "dual_fraction" : name;
    if (value !== null && Number.isFinite(value)) body[field] = name === "dual_percent" ? shareOf(value) : value;
    else if (value !== null || !OPTIONAL.has(name)) errors[field] = t("bench.not_a_number");
  }
  return { body: body as StartBody, errors };
}

/** 29 per cent is 0.29, not what the division of floats leaves. */
const shareOf = (percent: number): number => Number((percent / 100).toPrecision(12));
