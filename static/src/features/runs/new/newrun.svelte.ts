/** The form for a new run: what is chosen and typed, what is wrong with it, and how it is started. */
import { ApiError, create, get, newKey } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { Latest } from "../../../lib/latest";
import { router } from "../../../lib/router.svelte";
import { modeWord } from "../../../lib/states";
import type {
  Dataset,
  DatasetDetail,
  ExperimentSchema,
  Mode,
  Preset,
  RunDetail,
  WeightsReference,
} from "../../../lib/types";
import { kindOf, SHARED_OUT, type Federation } from "../../federations/federation";
import { marginOf } from "../../studies/study";
import { presetTitle } from "./preset";
import { byField, checkField, configOf, defaults, relevantFields, type Typed } from "./runform";

export const keyOf = (one: Dataset): string => one.slug ?? String(one.id);
const reference = (dataset: string): number | string => (/^\d+$/.test(dataset) ? Number(dataset) : dataset);

export class NewRunForm {
  schema = $state.raw<ExperimentSchema | null>(null);
  datasets = $state.raw<Dataset[]>([]);
  federations = $state.raw<Federation[]>([]);
  failure = $state.raw<unknown>(null);
  mode = $state<Mode>("federated");
  dataset = $state("");
  federation = $state("");
  pretrained = $state("");
  /** Weights that the cloned run began with. */
  kept = $state.raw<WeightsReference | null>(null);
  name = $state("");
  visibility = $state<"private" | "team">("private");
  typed = $state<Typed>({});
  asStudy = $state(router.query.has("study"));
  seeds = $state(5);
  studyMetric = $state("auroc");
  margin = $state("");
  /** The template that a person chose; none by default for somebody's own data. */
  chosen = $state<string | null>(null);
  errors = $state<Record<string, string>>({});
  refused = $state<string | null>(null);
  busy = $state(false);
  /** One key per filled form: pressing twice, or again after a lost answer, starts one run. */
  private key = newKey();
  /** Columns of the data that may say of which site a row is. */
  siteColumns = $state.raw<readonly string[]>([]);
  private readonly answers = new Latest();
  private readonly columnAnswers = new Latest();
  private closed = false;

  readonly picked = $derived(this.datasets.find((one) => keyOf(one) === this.dataset) ?? null);
  readonly isStudy = $derived(this.asStudy && this.mode === "federated");
  readonly across = $derived(
    this.mode === "federated" && !this.isStudy
      ? (this.federations.find((one) => String(one.id) === this.federation) ?? null)
      : null,
  );
  /** A run without a name of its own is called after what it trains on. */
  readonly suggestion = $derived([(this.across ?? this.picked)?.name, modeWord(this.mode)].filter(Boolean).join(", "));
  readonly finalName = $derived(this.name.trim() || (this.picked || this.across ? this.suggestion : ""));
  readonly kind = $derived(this.picked?.kind ?? (this.across && !this.dataset ? kindOf(this.across) : null));
  readonly fields = $derived(
    this.schema
      ? relevantFields(this.schema, this.mode, this.typed, this.kind === "table").filter(
          (field) => !this.across || !SHARED_OUT.includes(field.name),
        )
      : [],
  );
  readonly config = $derived(configOf(this.fields, this.typed));

  /** Read them once rows are shared out by a column; where that fails its name is typed. */
  async readSiteColumns(): Promise<void> {
    const counts = this.columnAnswers.restart();
    this.siteColumns = [];
    if (this.typed.partitioner !== "column" || !this.picked) return;
    const detail = await get<DatasetDetail>(`/api/datasets/${this.picked.id}`).catch(() => null);
    const sites = detail?.column_schema.filter((one) => one.role === "site") ?? [];
    if (counts()) this.siteColumns = sites.map((one) => one.name);
  }

  /** The page goes away: an answer that comes now changes and reads nothing. */
  close(): void {
    this.closed = true;
    this.answers.changed();
  }

  async load(): Promise<void> {
    const counts = this.answers.begin();
    try {
      const [schema, list, across] = await Promise.all([
        get<ExperimentSchema>("/api/experiments/schema"),
        get<{ items: Dataset[] }>("/api/datasets", { limit: 100 }),
        get<{ items: Federation[] }>("/api/federations", { limit: 100 }),
      ]);
      if (!counts()) return;
      [this.federations, this.schema, this.datasets] = [across.items, schema, list.items];
      this.typed = defaults(schema);
      this.failure = null;
      await this.prefill(schema);
    } catch (error) {
      if (counts() || this.schema) this.failure = error;
    }
  }

  /** Take what the address names: a run to clone, a template, data, weights, a federation. */
  private async prefill(schema: ExperimentSchema): Promise<void> {
    const query = router.query;
    const from = query.get("from") ?? "";
    const cloned = /^\d+$/.test(from);
    const preset = schema.presets.find((one) => one.name === query.get("preset"));
    if (cloned) await this.copy(Number(from), schema);
    if (this.closed) return;
    if (!cloned && preset) this.take(preset);
    const mode = query.get("mode");
    if (mode === "federated" || mode === "centralized") this.mode = mode;
    const federation = query.get("federation");
    if (this.federations.some((one) => String(one.id) === federation)) this.federation = federation!;
    const data = query.get("dataset");
    const named = data && this.datasets.find((one) => keyOf(one) === data || String(one.id) === data);
    if (named) this.dataset = keyOf(named);
    const weights = query.get("pretrained");
    if (weights && /^\d+$/.test(weights)) this.pretrained = weights;
    this.needData();
  }

  /** Rows that are shared out here, or that a study compares on, must lie here. */
  needData(): void {
    if (!this.across && !this.dataset && this.datasets[0]) this.dataset = keyOf(this.datasets[0]);
  }

  private async copy(id: number, schema: ExperimentSchema): Promise<void> {
    const run = await get<RunDetail>(`/api/runs/${id}`);
    this.mode = run.training_mode;
    this.typed = defaults(schema, run.config ?? {});
    this.name = run.name;
    this.visibility = run.visibility;
    this.dataset = run.dataset ? (run.dataset.slug ?? String(run.dataset.id)) : "";
    this.federation = this.federations.some((one) => one.id === run.federation?.id) ? String(run.federation!.id) : "";
    this.kept = run.pretrained;
    this.pretrained = this.kept ? String(this.kept.id) : "";
    this.chosen = null;
  }

  take(preset: Preset): void {
    if (!this.schema) return;
    this.mode = preset.mode;
    this.typed = defaults(this.schema, preset.config);
    this.name = presetTitle(preset);
    if (preset.dataset !== null) this.dataset = String(preset.dataset);
    this.chosen = preset.name;
    this.errors = {};
    this.refused = null;
  }

  check(name: string): void {
    const field = this.fields.find((one) => one.name === name);
    if (!field) return;
    const fault = checkField(field, this.typed[name] ?? "");
    const { [name]: _, ...rest } = this.errors;
    this.errors = fault ? { ...rest, [name]: fault } : rest;
  }

  private faults(): Record<string, string> {
    const faults: Record<string, string> = {};
    if (!this.finalName) faults.experiment_name = t("new.give_the_run_a_name");
    if (!this.dataset && !this.across) faults.dataset = t("new.choose_the_data_to_train_on");
    if (this.isStudy && Number.isNaN(marginOf(this.margin))) faults.equivalence_margin = t("new.it_must_be_above_0");
    for (const field of this.fields) {
      const fault = checkField(field, this.typed[field.name] ?? "");
      if (fault) faults[field.name] = fault;
    }
    return faults;
  }

  /** Start what the form says and go there; false where something is wrong, which is then shown. */
  async start(): Promise<boolean> {
    if (!this.schema || this.busy) return true;
    this.errors = this.faults();
    this.refused = Object.keys(this.errors).length ? t("new.some_values_need_another_look") : null;
    if (this.refused) return false;
    this.busy = true;
    try {
      router.go(this.isStudy ? `/studies/${await this.startStudy()}` : `/runs/${await this.startRun()}`);
      return true;
    } catch (error) {
      this.key = newKey();
      this.errors = error instanceof ApiError ? byField(error.errors) : {};
      this.refused = error instanceof Error ? error.message : String(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  private async startStudy(): Promise<number> {
    const study = {
      name: this.finalName,
      dataset: reference(this.dataset),
      seeds: this.seeds,
      metric: this.studyMetric,
      equivalence_margin: marginOf(this.margin),
      visibility: this.visibility,
      config: this.config,
    };
    return (await create<{ id: number }>("/api/studies", study, this.key)).id;
  }

  private async startRun(): Promise<number> {
    const { num_rounds: rounds } = this.config;
    const run = {
      dataset: this.dataset ? reference(this.dataset) : null,
      pretrained: this.pretrained ? Number(this.pretrained) : null,
      experiment_name: this.finalName,
      visibility: this.visibility,
      ...(this.mode === "federated" && typeof rounds === "number" ? { num_server_rounds: rounds } : {}),
      ...(this.across ? { federation: this.across.id } : {}),
      config: this.config,
    };
    return (await create<{ run_id: number }>(`/api/experiments/${this.mode}/train`, run, this.key)).run_id;
  }
}
