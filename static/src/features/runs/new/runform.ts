/** The new-run form without a screen: what is shown, what is typed, and what is sent. */
import { decimal } from "../../../lib/format";
import { t } from "../../../lib/i18n";
import type { ExperimentSchema, Mode, SchemaField } from "../../../lib/types";

export type Typed = Record<string, string | boolean>;

export const fieldsFor = (schema: ExperimentSchema, mode: Mode): SchemaField[] =>
  schema.fields.filter((field) => field.modes.includes(mode));

/** Settings that only mean something beside another one; the rest always do. */
const ONLY_WITH: Record<string, [field: string, ...values: string[]]> = {
  proximal_mu: ["strategy", "fedprox"],
  server_learning_rate: ["strategy", "fedadam", "fedyogi", "fedavgm"],
  server_momentum: ["strategy", "fedavgm"],
  beta_1: ["strategy", "fedadam", "fedyogi"],
  beta_2: ["strategy", "fedadam", "fedyogi"],
  tau: ["strategy", "fedadam", "fedyogi"],
  num_malicious_clients: ["strategy", "krum"],
  trim_fraction: ["strategy", "trimmed_mean"],
  dirichlet_alpha: ["partitioner", "dirichlet"],
  partition_column: ["partitioner", "column"],
  focal_alpha: ["loss", "focal"],
  focal_gamma: ["loss", "focal"],
  reduce_lr_patience: ["lr_scheduler", "plateau"],
  reduce_lr_factor: ["lr_scheduler", "plateau"],
  hidden_sizes: ["network", "mlp", "cnn"],
};

/** The fields that matter for what is chosen: no image settings for a table, no mu without FedProx. */
export function relevantFields(schema: ExperimentSchema, mode: Mode, typed: Typed, isTable: boolean): SchemaField[] {
  return fieldsFor(schema, mode).filter((field) => {
    const [other, ...values] = ONLY_WITH[field.name] ?? [];
    if (isTable && field.group === "images") return false;
    return other === undefined || !(other in typed) || values.includes(String(typed[other]));
  });
}

/** A value of the API as it stands in an input. */
export function toInput(field: SchemaField, value: unknown): string | boolean {
  if (field.type === "boolean") return value === true;
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** What an input holds as the API takes it; the text itself where it is no such value. */
export function fromInput(field: SchemaField, typed: string | boolean): unknown {
  if (typeof typed === "boolean") return typed;
  const text = typed.trim();
  if (text === "") return field.nullable ? null : text;
  if (field.type === "integer" || field.type === "number") {
    const value = Number(field.type === "number" ? text.replace(",", ".") : text); // 0,3 as in German
    return Number.isFinite(value) ? value : text;
  }
  if (field.type === "size" || field.type === "sizes") {
    const parts = text.split(/[\s,x×]+/).filter(Boolean);
    const numbers = parts.map(Number);
    return numbers.every(Number.isFinite) ? numbers : text;
  }
  return text;
}

export function defaults(schema: ExperimentSchema, over: Record<string, unknown> = {}): Typed {
  const typed: Typed = {};
  for (const field of schema.fields) {
    typed[field.name] = toInput(field, field.name in over ? over[field.name] : field.default);
  }
  return typed;
}

/** Everything on screen is sent, so that what a person sees is what trains. */
export function configOf(fields: readonly SchemaField[], typed: Typed): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const field of fields) {
    config[field.name] = fromInput(field, typed[field.name] ?? "");
  }
  return config;
}

const shown = (limit: number): string => decimal(String(limit));

/** What can be said before asking the server: empty, not a number, out of its bounds. */
export function checkField(field: SchemaField, typed: string | boolean): string | null {
  const value = fromInput(field, typed);
  if (value === null || typeof value === "boolean") return null;
  if (value === "") return t("new.give_a_value");
  if (field.type === "integer" && !Number.isInteger(value)) return t("new.give_a_whole_number");
  if (field.type === "number" && typeof value !== "number") return t("new.give_a_number");
  if ((field.type === "size" || field.type === "sizes") && typeof value === "string") {
    return t("new.give_whole_numbers_with_commas_between");
  }
  const low = field.minimum ?? -Infinity;
  const high = field.maximum ?? Infinity;
  const numbers = Array.isArray(value) ? (value as number[]) : typeof value === "number" ? [value] : [];
  const wrong = numbers.find((number) => number < low || number > high);
  if (wrong === undefined) return null;
  if (field.minimum == null) return t("new.must_be_at_most", { high: shown(high) });
  if (field.maximum == null) return t("new.must_be_at_least", { low: shown(low) });
  return t("new.must_be_from_to", { low: shown(low), high: shown(high) });
}

/** Server errors by field of the form: `config.learning_rate` belongs to `learning_rate`. */
export function byField(errors: Record<string, string[]>): Record<string, string> {
  const problems = Object.create(null) as Record<string, string>;
  for (const [name, messages] of Object.entries(errors)) {
    const bare = name.replace(/^config\./, "");
    problems[bare === "num_server_rounds" ? "num_rounds" : bare] = messages.join(" ");
  }
  return problems;
}
