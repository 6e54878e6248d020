/** A schedule as its form holds it, and as it is sent. */
import { ApiError } from "../../lib/api";
import { translated } from "../../lib/i18n";
import type { When } from "./Cadence.svelte";
import { readParams, shown, type Kind, type Schedule } from "./schedule";
import { SETTINGS, emptySettings, settingsBody, settingsOf, type Settings } from "./settings";

export interface Draft {
  name: string;
  values: Record<string, string | boolean>;
  when: When;
  settings: Settings;
  visibility: "private" | "team";
}
const CADENCES = ["cron", "interval_s", "run_at"] as const;

export const newDraft = (kind: Kind): Draft => ({
  name: "",
  values: valuesOf(kind, {}),
  when: { timezone: "UTC" },
  settings: emptySettings(),
  visibility: "private",
});
export const draftOf = (one: Schedule, kind: Kind): Draft => ({
  name: one.name,
  values: valuesOf(kind, one.params),
  when: whenOf(one),
  settings: settingsOf(one),
  visibility: one.visibility,
});
/** The parameters of a kind as fields show them: what is not given has its default. */
export function valuesOf(kind: Kind, params: Readonly<Record<string, unknown>>): Draft["values"] {
  const entries = Object.entries(kind.params).map(([name, field]) => [name, shown(params[name] ?? field.default)]);
  return Object.fromEntries(entries) as Draft["values"];
}
function whenOf(one: Schedule): When {
  const name = CADENCES.find((cadence) => one[cadence] !== null);
  return { ...(name ? { [name]: one[name] } : {}), timezone: one.timezone };
}
/** The body that makes a schedule of a draft. Raises SyntaxError. */
export const draftBody = (kind: Kind, draft: Draft): Record<string, unknown> => ({
  name: draft.name.trim(),
  params: readParams(kind, draft.values),
  visibility: draft.visibility,
  ...draft.when,
  ...settingsBody(draft.settings),
});

const BESIDE: ReadonlySet<string> = new Set(["name", "timezone", ...CADENCES, ...SETTINGS]);
/** What is wrong, by field; `elsewhere` is what no field shows. */
export function faultsOf(error: unknown): { errors: Record<string, string>; elsewhere: string | null } {
  const fields = error instanceof ApiError ? error.errors : {};
  const errors = Object.fromEntries(
    Object.entries(fields).map(([field, sentences]) => [field, translated(sentences[0] ?? "")]),
  );
  const names = Object.keys(errors);
  const isBeside = (name: string): boolean =>
    name === "params" || BESIDE.has(name.split(".")[0]!) || name.startsWith("params.");
  const hidden = !names.length || names.some((name) => !isBeside(name) || name === "params");
  const message = error instanceof Error ? error.message : String(error);
  return { errors, elsewhere: hidden ? message : null };
}
