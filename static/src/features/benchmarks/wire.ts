/** Benchmark runs as the API gives them: rows of the list, one run, and what it measured. */
import type { components } from "../../lib/schema";
import type { JobState } from "../../lib/types";

type Shapes = components["schemas"];

export const BASE = "/api/benchmarks";
export type Benchmark = Omit<Shapes["RunView"], "state"> & { state: JobState | "unknown" };
export interface BenchmarkList {
  items: Benchmark[];
  total: number;
}
export type Counts = Shapes["CountsView"];

/** What decided the answers; it is fixed before the first item. */
export interface Manifest {
  model: string;
  /** Null until the server was probed, and in runs of earlier versions. */
  model_identity?: { digest: string | null; source: string | null; details: Record<string, string | number> } | null;
  platform: string;
  templates: { name: string; sha256: string; visible: Record<string, string | null> }[];
  personas: { dataset_id: number; n: number; sha256: string };
  traits: {
    id: number;
    code: string;
    adjective: string;
    adjective_de: string | null;
    category: string | null;
    valence: number | null;
  }[];
  analysis: {
    alpha: number;
    permutations: number;
    equivalence_margin: number;
    attributes: string[];
    baselines: Record<string, string>;
  };
  prompt: {
    /** Of an imported run what the file does not say is null, here and below. */
    language: string | null;
    wordings: string[];
    cues: string[];
    include_rationale: boolean | null;
    system_prompt: string | null;
  };
  scale: { scale_mode: string; dual_fraction: number; repeats: number };
  decoding: {
    temperature: number | null;
    max_new_tokens: number | null;
    seed: number | null;
    logprobs: boolean | null;
  };
  parsing: { lenient: boolean; max_attempts: number | null };
  /** The file of an imported run. */
  source?: ImportedSource;
  /** The attribute generation whose texts the prompts show. */
  attrgen?: { run_id: number; model: string; texts_sha256: string };
}
export interface ImportedSource {
  kind: string;
  name: string;
  sha256: string;
  bytes: number;
  task: string | null;
  tool: string | null;
  created: string | null;
  num_samples: number;
  num_items: number;
  left: { field: string; cause: string; count: number }[];
  unused: { name: string; count: number }[];
  left_of_file: Record<string, number>;
  mapping: Record<string, unknown>;
}
export type Detail = Omit<Shapes["BenchmarkDetailView"], "manifest" | "summary" | "failures"> & {
  summary: Benchmark;
  manifest: Manifest;
  failures: Record<string, number>;
};

export type Histogram = Shapes["HistogramView"];
export type Metrics = Shapes["MetricsView"];
export type GroupMean = Shapes["GroupMeanView"];
export type Delta = Omit<Shapes["DeltaView"], "naive">;
export type DeltaTable = Omit<Shapes["DeltaTableView"], "rows"> & { rows: Delta[] };
export type KruskalRow = Shapes["KruskalRowView"];
export type Kruskal = Shapes["KruskalView"];
export type Overview = Omit<Shapes["OverviewView"], "verdicts"> & { verdicts: Partial<Record<string, number>> };
export type Validity = Shapes["ValidityView"];
export type Mixed = Shapes["MixedView"];
export type Forest = Shapes["ForestView"];
export type ForestRow = Shapes["ForestRowView"];
export type Refusals = Shapes["RefusalsView"];
export type Missing = Shapes["MissingView"];
export type Stability = Shapes["StabilityView"];
export type VarianceShare = Shapes["VarianceShareView"];
export type RepeatAgreement = Shapes["RepeatAgreementView"];
export type Retries = Shapes["RetriesView"];
export type Counterfactual = Shapes["CounterfactualView"];
export type ChangedAttribute = Shapes["ChangedAttributeView"];
export type PairedEffect = Shapes["PairedEffectView"];
export type Intersections = Shapes["IntersectionsView"];
export type IntersectionCell = Shapes["IntersectionCellView"];
export type Intensity = Shapes["IntensityView"];
export type AttributeIntensity = Shapes["AttributeIntensityView"];
export type Equivalence = Shapes["EquivalenceView"];
export type WarmUp = Shapes["WarmUpView"];
export type WarmUpStep = Shapes["StepView"];

/** The ends of a 95 % interval over persons; null where nothing is known of the error. */
export type Ends = [number, number] | null;
type OrderFigure = "exact_rate" | "mae" | "within1_rate" | "cliffs_delta" | "spearman" | "kappa_quadratic";
export interface Order {
  n_pairs: number;
  n_personas: number;
  rma: { exact_rate: number; mae: number; cliffs_delta: number } | null;
  obe: {
    mean_diff: number;
    sd: number | null;
    persons_ci_low: number | null;
    persons_ci_high: number | null;
    persons_p: number | null;
  } | null;
  usage: { eei: number; mni: number; sv: number | null } | null;
  test_retest: { within1_rate: number; mean_abs_diff: number } | null;
  correlation: { pearson: number | null; spearman: number | null; kendall: number | null } | null;
  agreement: { kappa: number | null; kappa_quadratic: number | null; icc_2_1: number | null } | null;
  intervals: Record<OrderFigure, Ends>;
  by_case: TraitOrder[];
  by_trait_category: { trait_category: string; n: number; abs_diff: number }[];
}
export interface TraitOrder {
  case_id: string;
  label: string;
  trait_category: string;
  n: number;
  mean_in: number;
  mean_rev: number;
  abs_diff: number;
  signed_gap: number;
  n_personas: number;
  gap_ci_low: number | null;
  gap_ci_high: number | null;
}

export const pageOf = (one: { id: number }): string => `/benchmarks/${one.id}`;

export type PersonaSet = Shapes["PersonaSetView"];
export type Persona = Shapes["PersonaView"];
export type Model = Shapes["BenchmarkModelView"];
export type Trait = Shapes["TraitView"];
export type BenchmarkItem = Shapes["BenchmarkItemView"];
export type OptionRatings = Shapes["OptionRatingsView"];
export type RunResult = NonNullable<Shapes["RunView"]["result"]>;
export type RunEstimate = Shapes["RunEstimateView"];
export type ModelProbe = Shapes["ModelProbeView"];
export type RatingsPreview = Shapes["RatingsPreviewView"];
export interface ItemList {
  items: BenchmarkItem[];
  total: number;
}

export type Compared = Shapes["ComparedModelsView"];
export type ComparedRun = Shapes["LabeledRunView"];
export type ManifestDifference = Shapes["ManifestDifferenceView"];
export type OutcomePair = Shapes["OutcomePairView"];
export type RatingPair = Shapes["RatingPairView"];
export type BiasPair = Shapes["BiasPairView"];
export type ComparedGroups = Shapes["ComparedGroupsView"];
export type Pooled = Shapes["PooledView"];
export type ComparedOrders = Shapes["ComparedOrdersView"];
export type ComparedIntensities = Shapes["ComparedIntensitiesView"];
export type SharedItem = Shapes["SharedItemPairView"];
export interface SharedItemList {
  items: SharedItem[];
  total: number;
}
