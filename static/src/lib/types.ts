/** The API's shapes under the names that the pages use; `npm run types` renews the generated part. */
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Metrics = Record<string, number | null>;
export type User = Shapes["Me"] & Partial<Pick<Shapes["UserView"], "is_active" | "created_at">>;
export type Me = Shapes["WhoAmI"];
export type SessionRow = Shapes["SessionView"];
export type TokenRow = Shapes["TokenView"];
export type TokenOnce = Shapes["TokenOnce"];
export type AuditLine = Shapes["AuditLineView"];
export type AuditPage = Shapes["AuditList"];

export type Job = Omit<Shapes["JobView"], "error" | "error_type"> & {
  error: string | null;
  error_type: string | null;
};
export type JobState = Job["state"];
export type RunListItem = Shapes["RunSummaryView"];
export type RunList = Shapes["RunList"];
export type RunStatus = RunListItem["status"];
/** Who made a run: the platform, a script that logged it, or an import. */
export type Origin = "trained" | "logged" | "imported";
export type RunRow = RunListItem & {
  archived_at?: string | null;
  origin?: string | null;
  tags?: Record<string, string>;
  params?: Record<string, string>;
  metrics?: Metrics;
  best?: Metrics;
};
export interface RunPageOfList {
  runs: RunRow[];
  total: number;
  next?: string | null;
}
export type Mode = RunListItem["training_mode"];

/** What training leaves behind, as far as the page reads it; the whole is shown as it is. */
export interface Manifest extends Record<string, unknown> {
  test?: { metrics: Metrics; confusion: number[][] | null } | null;
}
export type RunDetail = Omit<Shapes["RunDetailView"], "job" | "manifest" | "seed" | "config"> & {
  job: Job | null;
  manifest: Manifest | null;
  seed: number | null;
  config: Record<string, unknown> | null;
  origin?: Origin;
  notes?: string | null;
  tags?: Record<string, string>;
  params?: Record<string, string>;
  archived_at?: string | null;
};

export type Series = Shapes["Curve"];
export interface SeriesSummary {
  name: string;
  client: string | null;
  count: number;
  last: number | null;
  last_step: number | null;
  best: number | null;
  best_step: number | null;
  min: number | null;
  max: number | null;
}

/** What the ledger knows of a site's part in a round, as far as it was measured. */
export interface Ledger {
  waiting_seconds?: number | null;
  training_seconds?: number | null;
  sending_seconds?: number | null;
  bytes_down?: number | null;
  bytes_up?: number | null;
  started_at?: string | null;
  loss_before?: number | null;
  loss_after?: number | null;
  weight?: number | null;
  log_id?: number | null;
}
export type Round = Omit<Shapes["RoundEntry"], "clients"> & {
  clients: (Shapes["ClientPartView"] & Ledger)[];
  model_artifact_id?: number | null;
  is_best?: boolean;
  can_resume?: boolean;
  bytes_down?: number | null;
  bytes_up?: number | null;
};
export interface Skew {
  classes: string[];
  sites: {
    client: string;
    rows: number;
    patients: number | null;
    class_counts: number[];
    share: number;
    distance: number | null;
  }[];
  size_gini: number | null;
  mean_distance: number | null;
}
export interface Contribution {
  client: string;
  weight: number | null;
  leave_one_out: number | null;
}
export interface Contributions {
  metric: string | null;
  rounds: { round: number; sites: Contribution[] }[];
  total: Contribution[];
}
export interface ModeMetrics {
  count: number;
  avg_accuracy: number | null;
  avg_precision: number | null;
  avg_recall: number | null;
  avg_f1: number | null;
  avg_duration_minutes: number | null;
}
export interface TopRun {
  run_id: number;
  name?: string;
  training_mode: Mode;
  best_accuracy: number | null;
  best_precision: number | null;
  best_recall: number | null;
  best_f1: number | null;
  duration_minutes: number | null;
  start_time: string | null;
  status: RunStatus;
}
export interface Analytics {
  total_runs: number;
  success_rate: number;
  centralized: ModeMetrics;
  federated: ModeMetrics;
  top_runs: TopRun[];
  total?: number;
  completed?: number;
  failed?: number;
  in_progress?: number;
  queued?: number;
  cancelled?: number;
  filter_coverage?: number;
}
/** A client's part in a round; live it is also `waiting` or `training`. */
export type ClientRound = Omit<Shapes["ClientPartView"], "status" | "num_samples" | "seconds"> &
  Ledger & {
    status: string;
    num_samples: number | null;
    seconds: number | null;
  };
export type Evaluation = Shapes["ServerEvaluationView"];
export type Results = Shapes["ExperimentResults"];
export type ConfusionCounts = Shapes["ConfusionCounts"];
export type LogRow = Shapes["LogLineView"];
export type LogPage = Shapes["LogPageView"];
export type Artifact = Shapes["ArtifactView"];

export type Dataset = Shapes["DatasetView"];
export type Weights = Shapes["WeightsView"];
export type WeightsReference = Shapes["WeightsReference"];
export type SchemaField = Shapes["FieldView"];
export type Preset = Shapes["PresetView"];
export type ExperimentSchema = Shapes["FormSchemaView"];

export type Need = Shapes["NeedView"];
export type RunCard = Shapes["RunCardView"];
export type RecentRun = Shapes["RecentRunView"];
export type Home = Shapes["HomeView"];
export type SystemInfo = Shapes["SystemView"];

export interface RunCurve {
  run_id: number;
  name: string;
  client: string | null;
  steps: number[];
  values: (number | null)[];
  min?: (number | null)[];
  max?: (number | null)[];
}
export interface ComparedMetric {
  name: string;
  lower_is_better: boolean;
  values: ({ last: number | null; best: number | null; best_step: number | null } | null)[];
  differences: (number | null)[];
  best_run: number | null;
}
export interface Comparison {
  runs: { id: number; name: string; training_mode: Mode; status: RunStatus; visibility: string; start_time: string; end_time: string | null; tags: Record<string, string> }[];
  baseline: number;
  params: { name: string; differs: boolean; values: (string | null)[] }[];
  metrics: ComparedMetric[];
  series: string[];
}

export interface Interval {
  n: number;
  mean: number;
  low: number | null;
  high: number | null;
}
export interface StudySummary {
  id: number;
  name: string;
  owner_id: number;
  visibility: string;
  dataset_id: number;
  metric: string;
  created_at: string;
  seeds: number;
  runs: number;
  done: number;
  failed: number;
}
export interface Training {
  run_id: number;
  name: string;
  arm: "central" | "federated" | "local";
  seed: number;
  client: string | null;
  status: RunStatus;
  progress: number;
  train_rows: number | null;
  value: number | null;
}
export interface StudyArm {
  arm: string;
  client: string | null;
  label: string;
  values: Record<string, number>;
  interval: Interval | null;
}
export interface StudyDetail {
  id: number;
  name: string;
  owner_id: number;
  visibility: string;
  dataset_id: number;
  metric: string;
  created_at: string;
  can_edit: boolean;
  lower_is_better: boolean;
  seeds: number[];
  seeds_compared: number;
  trainings: Training[];
  arms: StudyArm[];
  contrasts: { against: string; label: string; difference: Interval; p_value: number | null; p_holm: number | null; p_wilcoxon: number | null }[];
  sentence: string | null;
  method: string;
}
