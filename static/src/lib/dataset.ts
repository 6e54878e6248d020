/** Roles of a file's columns: what a preview suggests, what a person chooses, what is sent. */
import { count } from "./format";
import { t } from "./i18n";
import type { ColumnView } from "./types";

export type Role = ColumnView["role"];
export type Roles = ReadonlyMap<string, Role>;

const WORDS = new Map<Role, string>([
  ["target", t("dataset.role_target")],
  ["patient", t("dataset.role_patient")],
  ["feature", t("dataset.role_feature")],
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

export const rolesOf = (columns: readonly ColumnView[]): Roles => new Map(columns.map((one) => [one.name, one.role]));

/** The roles that a column may have: only numbers are learned from, and images are all features. */
export function choices(column: ColumnView, kind: string): Role[] {
  const roles: Role[] = ["target", "patient", "site", "ignored"];
  if (kind === "images") return ["target", "patient", "filename", "site", "ignored"];
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
  if (texts.length) fields.push(["text_columns", JSON.stringify(texts)]);
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
