/** Sessions as the API gives them: their files, what was read in them, settings, models and tables. */
import type { components } from "../../lib/schema";
import type { Overview } from "./files/picture";
import type { Residuals } from "./evaluation/residuals";
import type { WorstWindow } from "./evaluation/worst";

type Shapes = components["schemas"];

export const BASE = "/api/training";
export type Direction = "input" | "output";
export type Value = string | number | null;

/** A row of the list. */
export type ListedSession = Required<Shapes["ListedSession"]>;
export interface SessionList {
  sessions: ListedSession[];
  total_count: number;
}

export interface TimeSteps {
  eingabe?: Value;
  ausgabe?: Value;
  zeitschrittweite?: Value;
  offset?: Value;
}
export type Block = Record<string, unknown>;
export interface Calendar {
  [name: string]: unknown;
  zeitzone?: string;
  category_data?: Record<string, Block>;
}
/** A time that is left out of a split: ISO times, the end not included. */
export interface Period {
  start: string;
  end: string;
  note?: string;
}
export interface Split {
  trainPercentage: number;
  valPercentage: number;
  testPercentage: number;
  shuffle: boolean;
  gap: boolean;
  excluded_periods?: Period[];
}
export type SessionView = Omit<Required<Shapes["DatabaseView"]>, "timeInfo" | "zeitschritte" | "files"> & {
  timeInfo: Calendar;
  zeitschritte: TimeSteps;
  /** How samples were split when a model was trained last, where the server says so. */
  split?: Partial<Split> | null;
  /** What errors of its outputs cost, empty where nothing is said. */
  prices?: Record<string, unknown>;
  /** Whether samples were cut and counted. */
  hasDatasets?: boolean;
};

export interface Finding {
  kind: string;
  message: string;
  row?: number | null;
  column?: number | null;
  count?: number | null;
  rows?: number[];
  warns?: boolean;
  /** The import option that settles it, if one does. */
  option?: string | null;
  details?: Record<string, unknown>;
}
export interface Question {
  kind: string;
  field: string;
  message: string;
  choices: (string | number | (string | number)[])[];
  column?: number | null;
  /** The import options that each answer stands for, in the order of the choices. */
  alternatives?: Record<string, unknown>[];
}
export interface Gap {
  after: string | number;
  before: string | number;
  missing: number;
}
export interface SeriesStatistics {
  column: number;
  name: string | null;
  unit?: string | null;
  numeric_rows: number;
  numeric_share: number;
  min: number | null;
  max: number | null;
}
/** A column of the file from 1, read or not. */
export interface ColumnView {
  column: number;
  name: string | null;
  kind: "time" | "key" | "issue" | "number" | "boolean" | "text" | "empty";
}
/** What the reader of tables understood; parts that do not apply are missing. */
export interface Reading {
  outcome?: string;
  rows?: number;
  utc_min?: string | null;
  utc_max?: string | null;
  order?: string | null;
  out_of_order_rows?: number;
  duplicates?: { rows: number; times: number; conflicting_times: number };
  gaps?: Gap[];
  gap_count?: number;
  series?: SeriesStatistics[];
  columns?: ColumnView[];
  /** The import recipe that was applied. */
  recipe?: string | null;
  /** Of stored forecasts: when they were issued. */
  issues?: { count: number; first: string; last: string; shortest_hours: number; longest_hours: number } | null;
  /** Files whose rows were appended, in this order. */
  parts?: { file_name: string; sha256: string; rows: number; new: number; overlapping: number }[];
  findings?: Finding[];
  questions?: Question[];
  /** The first rows: the time, then a value per series. */
  head?: [string, ...(number | null)[]][];
  dialect?: { separator?: string; decimal?: string; encoding?: string } | null;
  time?: { format?: string; zone?: string } | null;
}

export interface SeriesFile {
  id: string;
  file_name: string;
  bezeichnung: string;
  type: Direction;
  status: string;
  size: number;
  min: number | null;
  max: number | null;
  datenpunkte: number | null;
  numerische_datenpunkte: number | null;
  numerischer_anteil: number | null;
  zeitschrittweite: number | null;
  utc_min: string | null;
  utc_max: string | null;
  datenform: string | null;
  datenanpassung: string | null;
  zeithorizont_start: number | null;
  zeithorizont_end: number | null;
  mittelwertbildung_uber_den_zeithorizont: string | null;
  skalierung: string | null;
  skalierung_min: number | null;
  skalierung_max: number | null;
  max_gap_min: number | null;
  untergrenze: number | null;
  obergrenze: number | null;
  /** What the series of one upload share. */
  storage_path: string | null;
  seriesIndex: number;
  overview?: Overview | null;
  importOptions: Record<string, unknown>;
  reading: Reading;
}

export type RunState = "queued" | "in_progress" | "completed" | "failed" | "cancelled";
export interface ModelSummary {
  n_dat: number;
  sizes: { train: number; validation: number; test: number };
  metrics: Record<string, number | null>;
  sentence?: string;
  input_features: string[];
  output_features: string[];
  /** Of an ensemble: the runs that it weighs. */
  members?: { run_id: number; mode: string; weight: number }[];
}
export interface Model {
  run_id: number;
  name: string;
  mode: string;
  settings: Record<string, unknown>;
  status: RunState;
  progress: number;
  message: string | null;
  started_at: string | null;
  ended_at: string | null;
  summary: ModelSummary | null;
  /** The same of all models that were trained and measured on the same windows. */
  windows_key: string;
  /** The run of the earlier model that it went on from. */
  start_from: number | null;
}

export type Column = (number | null)[];
export type Table = Record<string, Column>;
export interface Measures {
  df_eval: Record<string, Table>;
  df_eval_ts?: Record<string, Record<string, Table>>;
  seasonal_mase?: Record<string, number | null>;
}
export type Verdict = "better" | "worse" | "undecided" | "too_few";
/** Errors of one part of the test block: an hour of the day, a weekday, a season of the year, a level of the load. */
export interface ErrorGroup {
  key: string;
  n: number;
  mae: number | null;
  bias: number | null;
  wape: number | null;
  low: number | null;
  high: number | null;
}
export const GROUPINGS = ["hour", "weekday", "season", "level"] as const;
export type Grouping = (typeof GROUPINGS)[number];
/** A model against a baseline on the same windows. */
export interface Comparison {
  verdict: Verdict;
  test: { p_value: number | null; n: number } | null;
  skill: { skill: number; low: number | null; high: number | null } | null;
}
/** Of `n` test values how many lie inside their prediction interval, with the ends of that share's interval. */
export interface Coverage {
  n: number;
  share: number | null;
  low: number | null;
  high: number | null;
}
/** Prediction intervals of `windows` validation windows, checked on the test block. */
export interface Conformal {
  alpha: number;
  windows?: number;
  half_widths: (number | null)[];
  missed_steps: number[];
  coverage: { overall: Coverage; by_step: Coverage[] };
}
/** A metric whose number means nothing here, and why; `share` of the values is at fault. */
export interface Caution {
  metric: string;
  reason: string;
  share: number | null;
}
/** A closer look at one output: how sure its skill is, its intervals, and where it errs. */
export interface CloserLook {
  against_seasonal_naive: Comparison;
  against_auto_ets?: Comparison | null;
  /** Whose clock the profile goes by, and when each step is after the reference time; of newer models. */
  zone?: string;
  offsets_minutes?: number[];
  /** Steps that an input of the same rows holds: no forecast. */
  known_steps?: number;
  leading_metric: string;
  cautions: Caution[];
  conformal: Conformal;
  profile: Record<Grouping, ErrorGroup[]>;
  worst: WorstWindow[];
  residuals: Residuals | null;
}
/** A series, or a cycle of the calendar, and by how much the error grows without it. */
export interface ImportantInput {
  name: string;
  kind: "series" | "calendar";
  columns: string[];
  increase: number;
  low: number;
  high: number;
}
export interface Importance {
  samples: number;
  block_size: number;
  repeats: number;
  confidence: number;
  rmse: number | null;
  reason: string | null;
  inputs: ImportantInput[];
}
export interface Evaluation extends Measures {
  importance?: Importance | null;
  outputs?: Record<string, CloserLook>;
  baselines: Record<string, Measures>;
  /** What the classical baseline is for each output, or why it has none; models of earlier versions lack it. */
  classical?: Record<string, { method: string | null; points: number; period: number; reason: string | null }>;
  season: Record<string, number>;
  skill: Record<string, number | null>;
  metrics: Record<string, number | null>;
}
export interface Tables {
  run_id: number;
  model_type: string;
  evaluation: Evaluation;
}

/** A setting of a family of models as the server describes it. */
export interface ModelField {
  name: string;
  wire: string;
  type: "integer" | "number" | "choice";
  label: string;
  help: string;
  default: number | string | null;
  nullable: boolean;
  advanced: boolean;
  odd: boolean;
  minimum?: number;
  maximum?: number;
  above?: number;
  form_minimum?: number;
  form_maximum?: number;
  form_step?: number;
  choices?: string[];
}
export interface Family {
  mode: string;
  label: string;
  about: string;
  fields: ModelField[];
}

/** The address of a session's page: its number where the server gives one, else the name that clients gave it. */
export const pageOf = (session: { id?: number; sessionId: string }): string =>
  `/sessions/${session.id ?? session.sessionId}`;
/** What a session without a name is called. */
export const nameOf = (session: { sessionName: string | null; sessionId: string }): string =>
  session.sessionName?.trim() || session.sessionId;

const COMMA = /^-?\d+,\d+$/;
/** A number as it was typed, with a point or a comma; null for nothing, NaN for anything else. */
export function typedNumber(text: Value | undefined): number | null {
  if (text === null || text === undefined) return null;
  const plain = String(text).trim();
  if (!plain) return null;
  return Number(COMMA.test(plain) ? plain.replace(",", ".") : plain);
}
