/** The API's shapes under the names that the pages use; `npm run types` renews the generated part. */
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Metrics = Record<string, number | null>;
export type User = Shapes["Me"] & Partial<Pick<Shapes["UserView"], "is_active" | "created_at">>;
export type Me = Shapes["WhoAmI"];
export type SessionRow = Shapes["SessionView"];
export type TokenRow = Shapes["TokenView"];
export type OwnedToken = Shapes["OwnedTokenView"];
export type TokenOnce = Shapes["TokenOnce"];
export type AuditLine = Shapes["AuditLineView"];
export type AuditPage = Shapes["AuditList"];
export type FlagRow = Shapes["FlagView"];

export type Job = Omit<Shapes["JobView"], "error" | "error_type"> & {
  error: string | null;
  error_type: string | null;
};
export type JobState = Job["state"];
export type RunListItem = Shapes["RunSummaryView"];
export type RunList = Shapes["RunList"];
export type RunStatus = RunListItem["status"];
export type RunRow = RunListItem;
export type NamesInUse = Omit<Shapes["ColumnsInUseView"], "truncated"> & { truncated?: boolean };
export type RunPageOfList = RunList;
/** The matching runs of a study as one row. */
export type StudyRow = Shapes["StudyRowView"];
export type Choices = Shapes["PreferencesView"];
export type ChartsChoice = Shapes["ChartsChoice"];
/** Who made a run: our workers, a program that logged it, or an import. */
export type Origin = RunListItem["origin"];
export type Mode = RunListItem["training_mode"];

/** What training leaves behind, as far as the page reads it; the whole is shown as it is. */
export interface Manifest extends Record<string, unknown> {
  test?: { metrics: Metrics; confusion: number[][] | null } | null;
  data?: { classes?: string[] };
}
export type RunDetail = Omit<Shapes["RunDetailView"], "job" | "manifest" | "config"> & {
  job: Job | null;
  manifest: Manifest | null;
  config: Record<string, unknown> | null;
};

export type Import = Shapes["ImportView"];
export type ImportList = Shapes["ImportList"];
export type ImportReport = Shapes["ImportReportView"];

export type Headlines = Shapes["RunHeadlinesView"];
export type Headline = Shapes["RunHeadlineView"];
export type Series = Omit<Shapes["Curve"], "run_id" | "count">;
export type SeriesSummary = Shapes["SeriesSummaryView"];

type Part = Shapes["ClientPartView"];
export type BulkAnswer = Shapes["BulkOutcomeView"];
export type Groups = Omit<Shapes["GroupsView"], "truncated"> & { truncated?: boolean };
export type Round = Shapes["RoundEntry"];
export type Skew = Shapes["SkewView"];
export type Contribution = Shapes["ContributionView"];
export type Contributions = Shapes["ContributionsView"];
export type Analytics = Shapes["AnalyticsSummaryView"];
export type ResultGroup = Shapes["ResultGroupView"];
export type Ranking = Shapes["RankingView"];
/** A client's part in a round; live, before the ledger is read, only the events are known. */
export type ClientRound = Pick<Part, "client" | "metrics" | "reason"> &
  Partial<Omit<Part, "status" | "num_samples" | "seconds">> & {
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
export type DatasetDetail = Shapes["DatasetDetailView"];
export type ColumnView = Shapes["ColumnView"];
export type Preview = Shapes["PreviewView"];
export type Weights = Shapes["WeightsView"];
export type WeightsReference = Shapes["WeightsReference"];
export type SchemaField = Shapes["FieldView"];
export type Preset = Shapes["PresetView"];
export type TimeEstimate = Shapes["TimeEstimateView"];
export type ExperimentSchema = Shapes["FormSchemaView"];

export type Need = Shapes["NeedView"];
export type RunCard = Shapes["RunCardView"];
export type RecentRun = Shapes["RecentRunView"];
export type Home = Shapes["HomeView"];
export type LogsView = Shapes["LogsView"];
export type SystemInfo = Shapes["SystemView"];
export type Check = Shapes["CheckView"];
export type ProcessRow = Shapes["ProcessView"];
export type DiskRow = Shapes["DiskView"];
export type CurrentJob = Shapes["CurrentJobView"];
export type Versions = Shapes["VersionsView"];

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
  goal: Shapes["ComparedMetricView"]["goal"];
  in_catalogue: boolean;
  lower_is_better: boolean | null;
  values: ({ last: number | null; best: number | null; best_step: number | null; measured_on: string | null } | null)[];
  differences: (number | null)[];
  best_run: number | null;
}
export interface Comparison {
  runs: Shapes["ComparedRunView"][];
  baseline: number;
  params: { name: string; differs: boolean; values: (string | null)[] }[];
  results: Shapes["ComparedResultView"][];
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
  test_rows: number | null;
  value: number | null;
  has_result: boolean;
}
export interface StudyArm {
  arm: string;
  client: string | null;
  label: string;
  values: Record<string, number>;
  interval: Interval | null;
  failed: number;
  left_out: boolean;
}
/** Federated minus another way to train; `difference` holds together with the others and agrees with `p_holm`. */
export interface StudyContrast {
  against: string;
  label: string;
  difference: Interval;
  individual: Interval;
  p_value: number | null;
  p_holm: number | null;
  p_wilcoxon: number | null;
  p_equivalence: number | null;
  equivalent: boolean | null;
  verdict: "difference" | "none_found" | "too_few_seeds" | "unknown";
  same_rows: boolean;
  refused: number[];
  from_rows: boolean;
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
  equivalence_margin: number | null;
  contrasts: StudyContrast[];
  sentence: string | null;
  notes: string[];
  method: string;
}
export type UploadRow = Shapes["UploadView"];
export type SiteVisit = Shapes["SiteVisitView"];
export type SiteVisitDetail = Shapes["SiteVisitDetail"];
export type SiteAnalysis = Shapes["SiteAnalysisView"];
export type SiteSummary = Shapes["SiteSummaryView"];
export type SiteFinding = Shapes["SiteFindingView"];
export type PageFacts = Shapes["PageFactsView"];
