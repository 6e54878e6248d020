/** Columns of the run table: what may be shown, how a cell reads, and how the choice travels in the address. */
import { t } from "../../../lib/i18n";
import { duration, metric } from "../../../lib/format";
import type { NamesInUse, RunRow } from "../../../lib/types";

export interface RunColumn {
  /** As in the address and, where the server knows it, in `sort`. */
  key: string;
  label: string;
  kind: "attribute" | "metric" | "best" | "param" | "tag";
  width: number;
  right: boolean;
  sort: string | null;
}

export type { NamesInUse };

interface Attribute {
  label: string;
  width: number;
  right?: boolean;
  sort?: string | null;
}

const ATTRIBUTES: Record<string, Attribute> = {
  status: { label: t("common.state"), width: 150 },
  training_mode: { label: t("common.mode"), width: 110 },
  best_val_accuracy: { label: t("common.best_accuracy"), width: 124, right: true },
  best_val_recall: { label: t("runs.best_recall"), width: 112, right: true },
  rounds: { label: t("common.rounds"), width: 82, right: true, sort: null },
  duration: { label: t("common.duration"), width: 116, right: true },
  start_time: { label: t("common.started"), width: 116, right: true },
  end_time: { label: t("runs.ended"), width: 116, right: true },
  id: { label: t("common.number"), width: 90, right: true },
  origin: { label: t("runs.origin"), width: 104, sort: null },
  visibility: { label: t("runs.seen_by"), width: 96, sort: null },
  description: { label: t("common.description"), width: 220, sort: null },
  points: { label: t("runs.values_stored"), width: 120, right: true, sort: null },
};

export const DEFAULT_COLUMNS = [
  "status",
  "training_mode",
  "best_val_accuracy",
  "best_val_recall",
  "rounds",
  "duration",
  "start_time",
];

const PREFIXES = { metrics: "metric", best: "best", params: "param", tags: "tag" } as const;

/** A name behind its prefix: `metrics.val loss` gives `val loss`. */
export const bare = (key: string): string => key.slice(key.indexOf(".") + 1);

export function columnOf(key: string): RunColumn | null {
  const attribute = ATTRIBUTES[key];
  if (attribute) {
    const { label, width, right = false, sort = key } = attribute;
    return { key, label, kind: "attribute", width, right, sort };
  }
  const prefix = key.slice(0, key.indexOf(".")) as keyof typeof PREFIXES;
  const kind = PREFIXES[prefix];
  const name = bare(key);
  if (!kind || !name) return null;
  const number = kind === "metric" || kind === "best";
  const label = kind === "best" ? t("runs.name_best", { name }) : name;
  const width = Math.min(240, Math.max(number ? 110 : 130, label.length * 7.4 + 44));
  const sort = kind === "best" ? `metrics.${quoted(name)}.best` : `${prefix}.${quoted(name)}`;
  return { key, label, kind, width, right: number, sort };
}

/** A name that is no plain word stands in backticks or quotes, as in the filter. */
export function quoted(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  return name.includes("`") ? `"${name}"` : `\`${name}\``;
}

/** A text as the filter reads it: there is no escape, so the other quote stands around it. */
export const literal = (text: string): string => (text.includes("'") ? `"${text}"` : `'${text}'`);

/** A comparison with a text; one that holds both quotes is matched with any sign in their place. */
export function equals(name: string, text: string): string {
  if (!(text.includes("'") && text.includes('"'))) return `${name} = ${literal(text)}`;
  return `${name} LIKE '${text.replaceAll("'", "_")}'`;
}

export function parseColumns(text: string | null): string[] {
  if (text === null) return DEFAULT_COLUMNS;
  const keys = text.split(",").map(unescapeName).filter((key) => columnOf(key) !== null);
  return [...new Set(keys)];
}

export const writeColumns = (keys: readonly string[]): string | null =>
  keys.join() === DEFAULT_COLUMNS.join() ? null : keys.map(escapeName).join(",") || "-";

const escapeName = (key: string): string => key.replaceAll("%", "%25").replaceAll(",", "%2C");
const unescapeName = (text: string): string => text.trim().replaceAll("%2C", ",").replaceAll("%25", "%");

/** What to ask the server for, so that these columns can be filled. */
export function wantedNames(keys: readonly string[]): string | null {
  const asked = keys
    .map(columnOf)
    .filter((column) => column !== null && column.kind !== "attribute")
    .map((column) => `${column!.kind === "best" ? "metrics" : column!.key.split(".")[0]}.${quoted(bare(column!.key))}`);
  return asked.length ? [...new Set(asked)].join(",") : null;
}

/** All that may be chosen: our own first, then the names that runs have. */
export function choices(names: NamesInUse | null): string[] {
  if (!names) return Object.keys(ATTRIBUTES);
  return [
    ...Object.keys(ATTRIBUTES),
    ...names.metrics.flatMap((name) => [`metrics.${name}`, `best.${name}`]),
    ...names.params.map((name) => `params.${name}`),
    ...names.tags.map((name) => `tags.${name}`),
  ];
}

const told = (run: RunRow, name: string, value: number | null | undefined): number | null =>
  run.missing?.includes(name) ? null : (value ?? null);

/** The number in a cell, if it is one. */
export function numberIn(run: RunRow, column: RunColumn, now: number): number | null {
  if (column.kind === "metric") return run.metrics?.[bare(column.key)] ?? null;
  if (column.kind === "best") return run.best?.[bare(column.key)] ?? null;
  switch (column.key) {
    case "best_val_accuracy":
      return run.federated_info ? (run.federated_info.best_accuracy ?? null) : told(run, column.key, run.best_val_accuracy);
    case "best_val_recall":
      return run.federated_info ? (run.federated_info.best_recall ?? null) : told(run, column.key, run.best_val_recall);
    case "rounds":
      return run.federated_info?.num_rounds ?? null;
    case "duration":
      return secondsOf(run, now);
    case "id":
      return run.id;
    case "points":
      return run.metrics_count;
    default:
      return null;
  }
}

/** Seconds that a run took, or has taken until now; null while it waits. */
export function secondsOf(run: RunRow, now: number): number | null {
  if (!run.start_time || run.status === "queued") return null;
  if (!run.end_time && run.status !== "in_progress") return null;
  const to = run.end_time ? Date.parse(run.end_time) : now;
  return Math.max(0, Math.round((to - Date.parse(run.start_time)) / 1000));
}

export function textIn(run: RunRow, column: RunColumn, now: number): string {
  if (column.kind === "param") return run.params?.[bare(column.key)] ?? "–";
  if (column.kind === "tag") return run.tags?.[bare(column.key)] ?? "–";
  if (column.key === "description") return run.run_description || "–";
  if (column.key === "visibility") return run.visibility;
  if (column.key === "origin") return run.origin ?? "trained";
  const value = numberIn(run, column, now);
  if (column.key === "duration") return duration(value);
  if (["rounds", "id", "points"].includes(column.key)) return value === null ? "–" : String(value);
  return metric(value);
}

/** Whether a smaller value of this metric is the better one; null where neither is known. */
export function lowerIsBetter(name: string): boolean | null {
  if (/loss|error|mae|mse|rmse|mape|perplexity|seconds|latency|fpr|fnr|brier/i.test(name)) return true;
  if (/acc|f1|recall|precision|auroc|auc|sensitivity|specificity|dice|iou|npv|mcc|r2|score|kappa/i.test(name)) return false;
  return null;
}

/** The best of these values in a column; null where nothing is better than anything. */
export function bestIn(runs: readonly RunRow[], column: RunColumn): number | null {
  const lower = column.key.startsWith("best_val_") ? false : column.kind === "metric" || column.kind === "best" ? lowerIsBetter(bare(column.key)) : null;
  if (lower === null) return null;
  const values = runs.map((run) => numberIn(run, column, 0)).filter((value): value is number => value !== null);
  if (values.length < 2) return null;
  return lower ? Math.min(...values) : Math.max(...values);
}

/** A cell for a spreadsheet: text that it could take for a formula begins with an apostrophe. */
export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function tableCsv(runs: readonly RunRow[], keys: readonly string[], now: number): string {
  const columns = keys.map(columnOf).filter((column): column is RunColumn => column !== null);
  const head = ["id", "name", ...columns.map((column) => column.key)].map(csvCell).join(",");
  const rows = runs.map((run) =>
    [run.id, run.name, ...columns.map((column) => exported(run, column, now))].map(csvCell).join(","),
  );
  return [head, ...rows].join("\r\n") + "\r\n";
}

function exported(run: RunRow, column: RunColumn, now: number): string | number | null {
  if (column.key === "status" || column.key === "training_mode") return run[column.key];
  if (column.key === "start_time" || column.key === "end_time") return run[column.key] ?? null;
  if (column.right) return numberIn(run, column, now);
  const text = textIn(run, column, now);
  return text === "–" ? null : text;
}
