/** Roles of a file's columns: what a preview suggests, what a person chooses, what is sent. */
import { count } from "./format";
import { t } from "./i18n";
import type { ColumnView } from "./types";

/** As the API says it, and features that are learned from by their categories. */
export type Role = ColumnView["role"] | "category";
export type Roles = ReadonlyMap<string, Role>;

const WORDS = new Map<Role, string>([
  ["target", t("dataset.role_target")],
  ["patient", t("dataset.role_patient")],
  ["feature", t("dataset.role_feature")],
  ["category", t("dataset.role_category")],
  ["site", t("dataset.role_site")],
  ["filename", t("dataset.role_filename")],
  ["ignored", t("dataset.role_ignored")],
]);
/** Of these roles a file has one column each. */
const SINGLE: readonly Role[] = ["target", "patient", "filename"];
/** So much of a table is looked at before it is sent. */
const HEAD_BYTES = 256 * 1024;
/** The CSV of an archive lies anywhere in it: larger ones are looked at once they are sent. */
export const MAX_PREVIEW_BYTES = 32 * 1024 * 1024;

export const roleWord = (role: Role): string => WORDS.get(role) ?? role;

export const rolesOf = (columns: readonly ColumnView[]): Roles =>
  new Map(columns.map((one) => [one.name, one.role === "feature" && one.is_category ? "category" : one.role]));

const TYPES = new Map<string, string>([
  ["number", t("dataset.type_number")],
  ["boolean", t("dataset.type_boolean")],
  ["text", t("dataset.type_text")],
]);
export const typeWord = (type: string): string => TYPES.get(type) ?? type;

const MISSING = new Map<string, string>([
  ["refuse", t("dataset.missing_refuse")],
  ["median", t("dataset.missing_median")],
  ["mode", t("dataset.missing_mode")],
  ["drop_rows", t("dataset.missing_drop_rows")],
  ["drop_column", t("dataset.missing_drop_column")],
]);
const CENSORED = new Map<string, string>([
  ["refuse", t("dataset.censored_refuse")],
  ["limit", t("dataset.censored_limit")],
  ["half", t("dataset.censored_half")],
  ["missing", t("dataset.censored_missing")],
]);
export const missingWord = (choice: string): string => MISSING.get(choice) ?? choice;
export const censoredWord = (choice: string): string => CENSORED.get(choice) ?? choice;
/** What may be done with the gaps of a column: categories have no median. */
export const missingChoices = (role: Role): string[] =>
  [...MISSING.keys()].filter((choice) => role !== "category" || choice !== "median");
export const censoredChoices: readonly string[] = [...CENSORED.keys()];

/** Limits between classes as typed, "7,5; 10"; null for what are no rising numbers. */
export function parsedLimits(text: string): number[] | null {
  const numbers = text
    .split(/[;\s]+/)
    .filter(Boolean)
    .map((one) => Number(one.replace(",", ".")));
  const rises = numbers.every((one, place) => Number.isFinite(one) && (place === 0 || one > numbers[place - 1]!));
  return rises ? numbers : null;
}
/** The classes between rising limits, as the server names them. */
export function classesBetween(limits: readonly number[]): string[] {
  if (!limits.length) return [];
  const between = limits.slice(1).map((high, place) => `${limits[place]} … <${high}`);
  return [`<${limits[0]}`, ...between, `≥${limits.at(-1)}`];
}
/** Whether the target holds so many different numbers that they may be measurements. */
export const isMeasured = (column: ColumnView | undefined): boolean =>
  column?.type === "number" && column.values.length === 0;

/** The roles that a column of a table or of the CSV beside images may have. */
export function choices(column: ColumnView, kind: string): Role[] {
  if (kind === "images") return ["target", "patient", "filename", "site", "ignored"];
  const roles: Role[] = ["category", "target", "patient", "site", "ignored"];
  return column.type === "text" ? roles : ["feature", ...roles];
}

/** Give a column a role; who had a role of which there is one falls back to what its cells are. */
export function withRole(roles: Roles, columns: readonly ColumnView[], name: string, role: Role, kind: string): Roles {
  const next = new Map(roles);
  for (const one of columns) {
    if (SINGLE.includes(role) && next.get(one.name) === role) next.set(one.name, fallback(one, kind));
  }
  return next.set(name, role);
}

const fallback = (column: ColumnView, kind: string): Role =>
  kind === "table" && column.type !== "text" ? "feature" : "site";

/** The fields of the form that say what was chosen. */
export function fieldsOf(roles: Roles, columns: readonly ColumnView[]): [string, string][] {
  const named = (role: Role): string[] => columns.filter((one) => roles.get(one.name) === role).map((one) => one.name);
  const fields: [string, string][] = SINGLE.flatMap((role) =>
    named(role).map((name): [string, string] => [`${role}_column`, name]),
  );
  const texts = columns.filter((one) => roles.get(one.name) === "site" && one.type !== "text").map((one) => one.name);
  if (!named("patient").length) fields.push(["patient_column", ""]); // not even one that is called so
  if (texts.length) fields.push(["text_columns", JSON.stringify(texts)]);
  if (named("category").length) fields.push(["category_columns", JSON.stringify(named("category"))]);
  if (named("ignored").length) fields.push(["ignored_columns", JSON.stringify(named("ignored"))]);
  return fields;
}

/** The first whole lines of a table. */
export async function headOf(file: Blob): Promise<Blob> {
  if (file.size <= HEAD_BYTES) return file;
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const end = bytes.lastIndexOf(10) + 1;
  return file.slice(0, end || HEAD_BYTES);
}

/** What a column's cells are, in a few words. */
export function contents(column: ColumnView, say: (value: number | null) => string): string {
  if (column.type === "number" && column.low !== null)
    return t("dataset.low_to_high", { low: say(column.low), high: say(column.high) });
  if (column.values.length) return column.values.slice(0, 8).join(", ") + (column.values.length > 8 ? ", …" : "");
  return t("dataset.distinct_different_values", { distinct: count(column.distinct) });
}
