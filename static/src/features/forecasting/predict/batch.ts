/** Forecasts at many reference times: how they are asked for, drawn and written to a file. */
import { t } from "../../../lib/i18n";
import type { Line, Panel } from "../../../ui/chart/chart";
import { timeOf } from "../split/split";
import { typedNumber, type Column } from "../wire";
import { measuredLine, type ForecastOutput } from "./forecast";

export interface BatchWindow {
  reference_time: string;
  /** Empty where inputs are missing. */
  outputs: Record<string, ForecastOutput>;
  truth: Record<string, Column> | null;
  missing: { label: string; count: number }[];
}
export interface Batch {
  model_used: string;
  windows: BatchWindow[];
  errors: Record<string, { windows: number; mae: number | null }>;
}

export const MAX_WINDOWS = 500;
const HOUR = 3_600_000;

/** The times at the head of each line of a text or CSV file, or the first line without one, from 1. */
export function timesOf(text: string): string[] | { line: number } {
  const times: string[] = [];
  for (const [place, line] of text.split(/\r?\n/).entries()) {
    if (!line.trim()) continue;
    const at = timeOf(line.split(/[;,\t]/)[0]!.trim());
    if (at === null && place === 0) continue; // a header
    if (at === null) return { line: place + 1 };
    times.push(new Date(at).toISOString());
  }
  return times;
}

/** Windows of a CSV as `predict.py` reads them: a header, then a line per step, one window after the other. */
export function windowsOf(text: string, steps: number): number[][][] | { line: number } {
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  const rows: number[][] = [];
  for (const [place, line] of lines.slice(1).entries()) {
    const row = line.split(/[;,\t]/).map((cell) => typedNumber(cell.trim()));
    if (row.some((cell) => cell === null || !Number.isFinite(cell))) return { line: place + 2 };
    rows.push(row as number[]);
  }
  if (!rows.length || rows.length % steps) return { line: lines.length };
  return Array.from({ length: rows.length / steps }, (_, at) => rows.slice(at * steps, (at + 1) * steps));
}

export const labelsOf = (batch: Batch): string[] => [
  ...new Set(batch.windows.flatMap((one) => Object.keys(one.outputs))),
];
export const stepsOf = (batch: Batch, label: string): number =>
  Math.max(0, ...batch.windows.map((one) => one.outputs[label]?.values.length ?? 0));

/** One step of each forecast over time, with its interval, beside what was measured at that time. */
export function stepPanel(batch: Batch, label: string, step: number): Panel {
  const made = batch.windows.filter((one) => one.outputs[label]);
  const start = timeOf(batch.windows[0]?.reference_time) ?? 0;
  const of = (one: BatchWindow): ForecastOutput => one.outputs[label]!;
  const hours = made.map((one) => ((timeOf(of(one).times[step]) ?? start) - start) / HOUR);
  const line: Line = {
    key: `forecast-${label}`,
    label: t("forecast.forecast_name", { name: label }),
    hue: 1,
    dashed: false,
    steps: hours,
    values: made.map((one) => of(one).values[step] ?? null),
    ...(made.every((one) => of(one).lower && of(one).upper)
      ? {
          min: made.map((one) => of(one).lower![step] ?? null),
          max: made.map((one) => of(one).upper![step] ?? null),
        }
      : {}),
  };
  const truth = made.map((one) => one.truth?.[label]?.[step] ?? null);
  const lines = truth.some((value) => value !== null) ? [line, measuredLine(label, hours, truth)] : [line];
  return { key: `batch-${label}`, title: label, aim: "none", lines };
}

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const number = (value: number | null | undefined): string => (value === null || value === undefined ? "" : `${value}`);

/** A row per window, output and step: what a spreadsheet or a script reads on. */
export function batchCsv(batch: Batch): string {
  const rows = batch.windows.flatMap((one) =>
    Object.entries(one.outputs).flatMap(([label, output]) =>
      output.times.map((time, step) =>
        [
          one.reference_time,
          cell(label),
          `${step + 1}`,
          time,
          number(output.values[step]),
          number(output.lower?.[step]),
          number(output.upper?.[step]),
          number(one.truth?.[label]?.[step]),
        ].join(","),
      ),
    ),
  );
  return ["reference_time,output,step,time,forecast,lower,upper,measured", ...rows, ""].join("\n");
}

/** Forecasts of windows without times, as a table of a line per window, output and step. */
export function predictionsCsv(outputs: readonly string[], predictions: readonly number[][][]): string {
  const rows = predictions.flatMap((window, place) =>
    window.map((row, step) => [place + 1, step + 1, ...row].join(",")),
  );
  return [["window", "step", ...outputs.map(cell)].join(","), ...rows, ""].join("\n");
}

/** Each window of one output as a line over its steps. */
export function predictionPanel(output: string, place: number, predictions: readonly number[][][]): Panel {
  const lines = predictions.slice(0, 8).map((window, at): Line => ({
    key: `window-${at + 1}`,
    label: t("forecast.window_number", { window: at + 1 }),
    hue: at % 8,
    dashed: false,
    steps: window.map((_, step) => step + 1),
    values: window.map((row) => row[place] ?? null),
  }));
  return { key: `predictions-${output}`, title: output, aim: "none", lines };
}
