/** Columns of the run table: what may be shown, how a cell reads, and how the choice travels in the address. */
import { t, type Key } from "../../../lib/i18n";
import { count, duration, measuredAs, metric, titled } from "../../../lib/format";
import { own } from "../../../lib/own";
import type { NamesInUse, RunRow } from "../../../lib/types";

export interface RunColumn {
  /** As in the address and, where the server knows it, in `sort`. */
  key: string;
  label: string;
  kind: "attribute" | "metric" | "best" | "result" | "param" | "tag";
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
  best_val_accuracy: { label: t("runs.best_accuracy_any_step"), width: 206, right: true },
  best_val_recall: { label: t("runs.best_recall_any_step"), width: 176, right: true },
  rounds: { label: t("common.rounds"), width: 82, right: true, sort: null },
  duration: { label: t("common.duration"), width: 116, right: true },
  start_time: { label: t("common.started"), width: 116, right: true },
  end_time: { label: t("runs.ended"), width: 116, right: true },
  study: { label: t("common.study"), width: 170, sort: null },
  id: { label: t("common.number"), width: 90, right: true },
  origin: { label: t("runs.origin"), width: 104, sort: null },
  visibility: { label: t("runs.seen_by"), width: 96, sort: null },
  description: { label: t("common.description"), width: 220, sort: null },
  points: { label: t("runs.values_stored"), width: 120, right: true, sort: null },
};

const PREFIXES = { metrics: "metric", best: "best", results: "result", params: "param", tags: "tag" } as const;

/** A name behind its prefix: `metrics.val loss` gives `val loss`. */
export const bare = (key: string): string => key.slice(key.indexOf(".") + 1);

export function columnOf(key: string): RunColumn | null {
  const attribute = own(ATTRIBUTES, key);
  if (attribute) {
    const { label, width, right = false, sort = key } = attribute;
    return { key, label, kind: "attribute", width, right, sort };
  }
  const prefix = key.slice(0, key.indexOf(".")) as keyof typeof PREFIXES;
  const kind = PREFIXES[prefix];
  const name = bare(key);
  if (!kind || !name) return null;
  const number = kind === "metric" || kind === "best" || kind === "result";
  const label =
    kind === "best"
      ? t("runs.name_best", { name })
      : kind === "result"
        ? t("runs.name_result", { name: titled(name) })
        : name;
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

/** The columns of an address; null where it names none. */
export function parseColumns(text: string | null): string[] | null {
  if (text === null) return null;
  const keys = text
    .split(",")
    .map(unescapeName)
    .filter((key) => columnOf(key) !== null);
  return [...new Set(keys)];
}

export const writeColumns = (keys: readonly string[]): string => keys.map(escapeName).join(",") || "-";

const escapeName = (key: string): string => key.replaceAll("%", "%25").replaceAll(",", "%2C");
const unescapeName = (text: string): string => text.trim().replaceAll("%2C", ",").replaceAll("%25", "%");

/** What to ask the server for, so that these columns can be filled. */
export function metricNames(keys: readonly string[]): string | null {
  const names = keys
    .map(columnOf)
    .filter((column) => column !== null && column.kind !== "attribute")
    .map((column) => `${column!.kind === "best" ? "metrics" : column!.key.split(".")[0]}.${quoted(bare(column!.key))}`);
  return names.length ? [...new Set(names)].join(",") : null;
}

/** As many metrics as the server puts into groups at once. */
const MAX_GROUPED = 20;

/** The metrics among the columns that groups can show: results, or best and last values. */
export function metricsOf(keys: readonly string[], value: string): string[] {
  const kinds = value === "result" ? ["result"] : ["metric", "best"];
  const own = keys
    .map(columnOf)
    .filter((column) => kinds.includes(column?.kind ?? ""))
    .map((column) => bare(column!.key));
  return [...new Set(own)].slice(0, MAX_GROUPED);
}

/** All that may be chosen: our own first, then the names that runs have. */
export function choices(names: NamesInUse | null): string[] {
  if (!names) return Object.keys(ATTRIBUTES);
  return [
    ...Object.keys(ATTRIBUTES),
    ...names.results.map((name) => `results.${name}`),
    ...names.metrics.flatMap((name) => [`metrics.${name}`, `best.${name}`]),
    ...names.params.map((name) => `params.${name}`),
    ...names.tags.map((name) => `tags.${name}`),
  ];
}

const reported = (run: RunRow, name: string, value: number | null | undefined): number | null =>
  run.missing?.includes(name) ? null : (value ?? null);

/** The number in a cell, if it is one. */
export function numberIn(run: RunRow, column: RunColumn, now: number): number | null {
  if (column.kind === "metric") return own(run.metrics, bare(column.key)) ?? null;
  if (column.kind === "best") return own(run.best, bare(column.key)) ?? null;
  if (column.kind === "result") return own(run.results, bare(column.key))?.value ?? null;
  switch (column.key) {
    case "best_val_accuracy":
      return run.federated_info
        ? (run.federated_info.best_accuracy ?? null)
        : reported(run, column.key, run.best_val_accuracy);
    case "best_val_recall":
      return run.federated_info
        ? (run.federated_info.best_recall ?? null)
        : reported(run, column.key, run.best_val_recall);
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

/** Seconds that a run was worked on, until now or its end; null before a worker took it up. */
export function secondsOf(run: Pick<RunRow, "status" | "times">, now: number): number | null {
  const { running_seconds: ran, phase, as_of: asOf } = run.times;
  if (phase === "waiting" && !ran) return null;
  if (phase !== "running" || run.status !== "in_progress") return ran; // the figure that every page shows
  return Math.round(ran + Math.max(0, now - Date.parse(asOf)) / 1000);
}

export function textIn(run: RunRow, column: RunColumn, now: number): string {
  if (column.kind === "param") return own(run.params, bare(column.key)) ?? "–";
  if (column.kind === "tag") return own(run.tags, bare(column.key)) ?? "–";
  if (column.key === "description") return run.run_description || "–";
  if (column.key === "visibility") return run.visibility;
  if (column.key === "study") return run.study?.name ?? "–";
  if (column.key === "origin") return run.origin ?? "trained";
  const value = numberIn(run, column, now);
  if (column.key === "duration") return duration(value);
  if (["rounds", "id", "points"].includes(column.key)) return value === null ? "–" : String(value);
  if (column.kind === "metric") return measuredAs(bare(column.key), own(run.metrics, bare(column.key)));
  if (column.kind === "best") return value === null ? "–" : measuredAs(bare(column.key), value);
  return metric(value);
}

const ROWS: Record<string, Key> = {
  train: "runs.training_rows",
  test: "runs.test_rows",
  validation: "runs.validation_rows",
  site_validation: "run.validation_rows_of_the_sites",
  reported: "runs.as_reported",
};

/** The rows that something was measured on, in words. */
export function rowsWord(measuredOn: string): string {
  const key = own(ROWS, measuredOn);
  return key ? t(key) : measuredOn;
}

/** What the figure of a cell was measured on, in words; nothing where that is not known. */
export function rowsIn(run: RunRow, column: RunColumn): string | undefined {
  const result = column.kind === "result" ? own(run.results, bare(column.key)) : undefined;
  return result ? rowsOf(result) : undefined;
}

export function rowsOf(result: { measured_on: string; num_rows: number | null }): string {
  const rows = rowsWord(result.measured_on);
  if (result.num_rows === null) return rows;
  const many = count(result.num_rows);
  return result.measured_on === "reported" ? t("runs.rows_as_reported", { rows: many }) : `${many} ${rows}`;
}

export type Goals = NamesInUse["goals"];

/** The best of these values in a column; null where no direction is known, rows differ or values tie. */
export function bestIn(runs: readonly RunRow[], column: RunColumn, goals: Goals): number | null {
  const goal =
    column.kind === "metric" || column.kind === "best" || column.kind === "result"
      ? own(goals, bare(column.key))
      : null;
  if (!goal) return null;
  const having = runs.filter((run) => numberIn(run, column, 0) !== null);
  const kinds = new Set(having.map((run) => own(run.results, bare(column.key))?.measured_on));
  const datasets = new Set(having.map((run) => run.dataset_id));
  if (having.length < 2 || datasets.size > 1 || (column.kind === "result" && kinds.size > 1)) return null;
  const values = having.map((run) => numberIn(run, column, 0)!);
  const best = goal === "min" ? Math.min(...values) : Math.max(...values);
  return values.filter((value) => value === best).length === 1 ? best : null;
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
