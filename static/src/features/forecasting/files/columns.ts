/** Which columns of a file a session has, and what they are for. */
import { t } from "../../../lib/i18n";
import type { ColumnView, SeriesFile } from "../wire";

/** A column of a table, or one of the series that stand below each other in a file. */
export interface ColumnChoice {
  key: number | string;
  name: string;
  kind: ColumnView["kind"];
  input: boolean;
  output: boolean;
}

const VALUES = new Set(["number", "boolean"]);

/** The name of each series in its file, as the server has it: its column, else its own name. */
function keysOf(file: SeriesFile): (number | string)[] {
  const series = file.reading.series ?? [];
  const distinct = new Set(series.map((one) => one.column)).size === series.length;
  return series.map((one) => (distinct ? one.column : String(one.name)));
}

const sameUpload = (a: SeriesFile, b: SeriesFile): boolean =>
  a.id === b.id || (a.storage_path !== null && a.storage_path === b.storage_path);

export function isFirstOfUpload(file: SeriesFile, files: readonly SeriesFile[]): boolean {
  return files.find((one) => sameUpload(one, file))?.id === file.id;
}

/** Whether the file has more than one series to choose from. */
export const isChoosable = (file: SeriesFile): boolean => file.status === "ready" && choicesOf(file, [file]).length > 1;

export function choicesOf(file: SeriesFile, files: readonly SeriesFile[]): ColumnChoice[] {
  const keys = keysOf(file);
  const rows = files.filter((one) => sameUpload(one, file));
  const has = (key: number | string, type: SeriesFile["type"]): boolean =>
    rows.some((row) => row.type === type && keysOf(row)[row.seriesIndex] === key);
  const columns = (file.reading.columns ?? []).filter((one) => keys.includes(one.column) || VALUES.has(one.kind));
  const isTable = keys.every((key) => typeof key === "number") && columns.length > 0;
  const listed = isTable
    ? columns.map(({ column, name, kind }) => ({
        key: column,
        name: name ?? t("forecast.column_number", { column }),
        kind,
      }))
    : keys.map((key) => ({ key, name: String(key), kind: "number" as const }));
  return listed.map((one) => ({ ...one, input: has(one.key, "input"), output: has(one.key, "output") }));
}

/** What the API takes: one entry for each direction of a column. */
export function chosenSeries(choices: readonly ColumnChoice[]): Record<string, unknown>[] {
  const named = (key: number | string): Record<string, unknown> =>
    typeof key === "number" ? { column: key } : { name: key };
  return (["input", "output"] as const).flatMap((type) =>
    choices.filter((one) => one[type]).map((one) => ({ type, ...named(one.key) })),
  );
}

/** The series of an upload as they are, and one of them as an output besides. */
export function alsoAsOutput(file: SeriesFile, files: readonly SeriesFile[]): Record<string, unknown>[] {
  const key = keysOf(file)[file.seriesIndex];
  return chosenSeries(choicesOf(file, files).map((one) => (one.key === key ? { ...one, output: true } : one)));
}
