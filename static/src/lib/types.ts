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
export type RunDetail = Omit<Shapes["RunDetailView"], "job" | "manifest"> & {
  job: Job | null;
  manifest: Manifest | null;
};

export type Series = Shapes["Curve"];
export type Round = Shapes["RoundEntry"];
/** A client's part in a round; live it is also `waiting` or `training`. */
export type ClientRound = Omit<Shapes["ClientPartView"], "status" | "num_samples" | "seconds"> & {
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
