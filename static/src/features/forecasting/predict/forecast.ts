/** A forecast at a reference time as lines of a chart, and the rows that a person brings for it. */
import { t } from "../../../lib/i18n";
import type { Line, Panel } from "../../../ui/chart/chart";
import { timeOf } from "../split/split";
import { typedNumber, type Column } from "../wire";

export interface SavedModel {
  filename: string;
  model_type: string;
  run_id: number;
  skill: number | null;
  file_size_mb: number;
}
export interface ForecastOutput {
  times: string[];
  values: Column;
  lower: Column | null;
  upper: Column | null;
  interval: { level: number; measured_coverage: number | null; note: string | null } | null;
}
export interface Drift {
  state: string;
  drifted: boolean;
  windows: number;
  recent_mae: number | null;
  low: number | null;
  high: number | null;
  note: string;
  /** Whose errors the band is of: of a backtest over several cut-offs, or of the test block. */
  band_of: "backtest" | "test";
}
export interface Measured {
  times: string[];
  values: Column;
}
export interface Forecast {
  model_used: string;
  reference_time: string;
  sources: Record<string, string>;
  outputs: Record<string, ForecastOutput>;
  drift: Record<string, Drift> | null;
  /** The rows of each output around the forecast. */
  measured: Record<string, Measured>;
}
export interface ConfiguredInput {
  label: string;
  source: string;
  known_ahead: boolean;
  horizon_start: number;
  horizon_end: number;
}

const HOUR = 3_600_000;

/** An output over the hours from the reference time, with its interval as a band, and what was measured. */
export function forecastPanel(name: string, output: ForecastOutput, reference: string, measured?: Measured): Panel {
  const start = timeOf(reference) ?? 0;
  const hours = (times: readonly string[]): number[] => times.map((time) => ((timeOf(time) ?? start) - start) / HOUR);
  const line: Line = {
    key: `forecast-${name}`,
    label: t("forecast.forecast_name", { name }),
    hue: 1,
    dashed: false,
    steps: hours(output.times),
    values: output.values,
    ...(output.lower && output.upper ? { min: output.lower, max: output.upper } : {}),
  };
  const lines = measured?.times.length ? [line, measuredLine(name, hours(measured.times), measured.values)] : [line];
  return { key: `forecast-${name}`, title: name, aim: "none", lines };
}

export const measuredLine = (name: string, steps: number[], values: Column): Line => ({
  key: `measured-${name}`,
  label: t("forecast.measured_name", { name }),
  hue: 0,
  dashed: false,
  steps,
  values,
});

export interface Rows {
  times: string[];
  values: (number | null)[];
}

/** Rows as they are copied from a spreadsheet: a time and a value per line; the first line that is none, from 1. */
export function rowsOf(text: string): Rows | { line: number } {
  const rows: Rows = { times: [], values: [] };
  const lines = text.split(/\r?\n/);
  for (const [place, line] of lines.entries()) {
    if (!line.trim()) continue;
    const cells = line.split(/[;\t]/).map((cell) => cell.trim());
    const at = timeOf(cells[0]);
    const value = typedNumber(cells[1]);
    const isHead = place === 0 && at === null && cells.length > 1;
    if (isHead) continue;
    if (at === null || cells.length < 2 || (value !== null && !Number.isFinite(value))) return { line: place + 1 };
    rows.times.push(new Date(at).toISOString());
    rows.values.push(value);
  }
  return rows;
}

export const isFault = (rows: Rows | { line: number }): rows is { line: number } => "line" in rows;

/** The series of a request: only those that somebody brought rows for. */
export function seriesOf(typed: Readonly<Record<string, string>>): Record<string, Rows> | null {
  const series = Object.entries(typed)
    .map(([label, text]) => [label, rowsOf(text)] as const)
    .filter((one): one is readonly [string, Rows] => !isFault(one[1]) && one[1].times.length > 0);
  return series.length ? Object.fromEntries(series) : null;
}
