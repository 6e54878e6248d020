/** The shapes that the API sends and takes, name for name. */

export type RunStatus = "queued" | "in_progress" | "completed" | "failed" | "cancelled";
export type JobState =
  | "queued"
  | "starting"
  | "running"
  | "stopping"
  | "succeeded"
  | "failed"
  | "cancelled"
  | "lost";
export type Mode = "centralized" | "federated";
export type Metrics = Record<string, number | null>;

export interface User {
  id: number;
  email: string;
  name: string;
  role: "viewer" | "member" | "admin";
  is_active?: boolean;
  has_password?: boolean;
  created_at?: string;
  last_seen_at?: string | null;
}

export interface Me {
  user: User;
  via: "session" | "token";
}

export interface Job {
  id: number;
  state: JobState;
  attempt: number;
  progress: number | null;
  message: string | null;
  created_at: string | null;
  started_at: string | null;
  heartbeat_at: string | null;
  finished_at: string | null;
  error: string | null;
  checkpoint_step: number | null;
}

export interface RunListItem {
  id: number;
  name: string;
  training_mode: Mode;
  status: RunStatus;
  start_time: string | null;
  end_time: string | null;
  run_description: string | null;
  best_val_accuracy?: number;
  best_val_recall?: number;
  metrics_count?: number;
  missing?: string[];
  federated_info: {
    num_rounds: number;
    num_clients: number;
    has_server_evaluation: boolean;
    best_accuracy?: number | null;
    best_recall?: number | null;
    latest_round?: number | null;
    latest_accuracy?: number | null;
  } | null;
  owner_id: number | null;
  visibility: "private" | "team";
  job: Partial<Job> | null;
}

export interface RunList {
  runs: RunListItem[];
  total: number;
}

/** What training leaves behind, as far as the page reads it; the whole is shown as it is. */
export interface Manifest extends Record<string, unknown> {
  test?: { metrics: Metrics; confusion: number[][] | null } | null;
  data?: { classes?: (string | number)[] } & Record<string, unknown>;
}

export interface RunDetail {
  id: number;
  name: string;
  run_description: string | null;
  training_mode: Mode;
  status: RunStatus;
  start_time: string | null;
  end_time: string | null;
  owner: { id: number; name: string } | null;
  visibility: "private" | "team";
  dataset: { id: number; name: string; slug: string | null } | null;
  seed: number | null;
  config: Record<string, unknown>;
  job: Job | null;
  best: { step: number; metric: string; value: number | null } | null;
  num_clients: number | null;
  total_steps: number | null;
  permissions: { can_edit: boolean };
  manifest: Manifest | null;
}

export interface Series {
  name: string;
  client: string | null;
  steps: number[];
  values: (number | null)[];
  min?: (number | null)[];
  max?: (number | null)[];
  times?: number[];
}

export interface ClientRound {
  client: string;
  status: string;
  num_samples: number | null;
  seconds: number | null;
  metrics: Metrics;
  reason: string | null;
}

export interface Round {
  round: number;
  started_at: string | null;
  seconds: number | null;
  metrics: Metrics;
  fit_metrics: Metrics;
  clients: ClientRound[];
}

export interface LogRow {
  id: number;
  at: string;
  level: string;
  message: string;
}

export interface Artifact {
  id: number;
  name: string;
  kind: string;
  step: number | null;
  size_bytes: number;
  sha256: string;
  created_at: string;
}

export interface ConfusionCounts {
  true_positives: number;
  true_negatives: number;
  false_positives: number;
  false_negatives: number;
}

export interface Dataset {
  id: number;
  slug: string | null;
  name: string;
  kind: "table" | "images";
  builtin: boolean;
  owner_id: number | null;
  visibility: "private" | "team";
  num_rows: number;
  num_patients: number | null;
  num_features: number | null;
  image_shape: number[] | null;
  classes: (string | number)[];
  class_distribution: Record<string, number>;
  columns: string[];
  size_bytes: number | null;
  sha256: string | null;
  created_at: string | null;
}

export interface SchemaField {
  name: string;
  group: string;
  type: "integer" | "number" | "boolean" | "choice" | "text" | "size" | "sizes";
  label: string;
  help: string | null;
  default: unknown;
  minimum?: number | null;
  maximum?: number | null;
  choices?: (string | number)[] | null;
  modes: Mode[];
  advanced: boolean;
  nullable: boolean;
}

export interface Preset {
  name: string;
  title: string;
  description: string;
  mode: Mode;
  dataset: string | number | null;
  config: Record<string, unknown>;
}

export interface ExperimentSchema {
  groups: { name: string; title: string }[];
  fields: SchemaField[];
  presets: Preset[];
}

export interface Need {
  kind: string;
  title: string;
  detail: string | null;
  run_id?: number | null;
  at: string | null;
  action?: { label: string; href?: string | null; method?: string | null; url?: string | null } | null;
}

export interface RunCard {
  id: number;
  name: string;
  training_mode: Mode;
  status: RunStatus;
  job: Partial<Job> | null;
  sparkline: { name: string; values: (number | null)[] } | null;
  eta_seconds: number | null;
  last_log: string | { message: string } | null;
}

export interface RecentRun {
  id: number;
  name: string;
  status: RunStatus;
  training_mode: Mode;
  job_state: JobState | null;
  start_time: string | null;
  end_time: string | null;
  duration_seconds: number | null;
  best_accuracy: number | null;
}

export interface Home {
  needs_you: Need[];
  running: RunCard[];
  recent: RecentRun[];
}

export interface SystemInfo {
  version: string;
  processes: { name: string; pid?: number; memory_mb?: number | null; since?: string | null }[];
  queues: { name: string; queued: number; running: number; workers: number }[];
  health: { name: string; status: string; detail: string | null }[];
}
