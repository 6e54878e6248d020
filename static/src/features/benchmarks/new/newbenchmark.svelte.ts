/** The form of a new benchmark run: what can be chosen, what is chosen, and what is wrong with it. */
import { SvelteSet } from "svelte/reactivity";
import { ApiError, create, get, newKey } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { Latest } from "../../../lib/latest";
import { router } from "../../../lib/router.svelte";
import { canPrecede, makesPeople, QUEUE, type Entry } from "../queue/entries";
import { ATTRGEN, type Generation } from "../texts/generation";
import { BASE, pageOf, type Benchmark, type BenchmarkList, type Model, type PersonaSet, type Trait } from "../wire";
import { Estimating, Probing } from "./estimate.svelte";
import { planOf } from "./plan";
import { numberIn, numbersOf, TYPED, type Cue, type EstimateBody, type StartBody, type Wording } from "./settings";

const MANY = 200;
const OF_SERVER = new Set(["base_url", "api_key"]);

export class NewBenchmarkForm {
  datasets = $state.raw<readonly PersonaSet[]>([]);
  models = $state.raw<readonly Model[]>([]);
  traits = $state.raw<readonly Trait[]>([]);
  ready = $state(false);
  failure = $state.raw<unknown>(null);

  datasetId = $state<number | null>(null);
  /** Entries of the person's queue whose personas or texts a queued run can take. */
  earlier = $state.raw<readonly Entry[]>([]);
  afterId = $state<number | null>(null);
  readonly after = $derived(this.earlier.find((one) => one.id === this.afterId) ?? null);
  readonly left = new SvelteSet<number>();
  modelId = $state<number | null>(null);
  name = $state("");
  shared = $state(false);
  language = $state<"en" | "de">("en");
  scale = $state<"random50" | "in" | "rev">("random50");
  wordings = $state<Wording[]>(["a"]);
  cues = $state<Cue[]>(["label"]);
  rationale = $state(false);
  logprobs = $state(false);
  lenient = $state(false);
  systemPrompt = $state("");
  /** The group that others are compared with, by attribute; the largest where none is chosen. */
  baselines = $state.raw<Readonly<Record<string, string>>>({});
  typed = $state({ ...TYPED });
  /** Runs whose ratings can say how ratings spread; the estimate takes the model's newest without one. */
  pilots = $state.raw<readonly Benchmark[]>([]);
  pilotId = $state<number | null>(null);

  errors = $state.raw<Record<string, string>>({});
  refused = $state<string | null>(null);
  busy = $state(false);
  readonly estimating = new Estimating();
  readonly probing = new Probing();
  /** Complete attribute generations about the chosen data set. */
  generations = $state.raw<readonly Generation[]>([]);
  generationId = $state<number | null>(null);
  private readonly texts = new Latest();
  private key = newKey();

  readonly dataset = $derived(this.datasets.find((one) => one.id === this.datasetId) ?? null);
  readonly model = $derived(this.models.find((one) => one.id === this.modelId) ?? null);
  readonly asked = $derived(this.traits.filter((one) => !this.left.has(one.id)));
  readonly plan = $derived(
    planOf(
      this.dataset?.num_personas ?? 0,
      this.asked.length,
      Math.min(1, Math.max(0, (numberIn(this.typed.dual_percent) || 0) / 100)),
      this.wordings.length * this.cues.length * Math.max(1, Math.floor(numberIn(this.typed.repeats) || 1)),
    ),
  );

  async load(): Promise<void> {
    try {
      const [sets, models, traits, queue] = await Promise.all([
        get<{ items: PersonaSet[] }>(`${BASE}/datasets`, { limit: MANY }),
        get<{ items: Model[] }>(`${BASE}/models`, { limit: MANY }),
        this.loadTraits(),
        get<{ items: Entry[] }>(QUEUE, { limit: MANY }),
      ]);
      this.earlier = queue.items.filter((one) => canPrecede(one) && makesPeople(one));
      this.afterId = this.earlier.find((one) => one.id === Number(router.query.get("after")))?.id ?? null;
      [this.datasets, this.models, this.traits] = [sets.items, models.items, traits];
      const asked = Number(router.query.get("dataset"));
      this.datasetId = sets.items.find((one) => one.id === asked)?.id ?? null;
      if (models.items.length === 1) this.modelId = models.items[0]!.id;
      [this.ready, this.failure] = [true, null];
    } catch (error) {
      this.failure = error;
    }
  }

  /** Every active trait, however many pages they fill. */
  private async loadTraits(): Promise<Trait[]> {
    const traits: Trait[] = [];
    for (;;) {
      const page = await get<{ items: Trait[]; total: number }>(`${BASE}/traits`, {
        active: true,
        limit: MANY,
        offset: traits.length,
      });
      traits.push(...page.items);
      if (!page.items.length || traits.length >= page.total) return traits;
    }
  }

  /** The design as the server can estimate it: what is half typed waits. */
  readonly design = $derived.by((): EstimateBody | null => {
    const { body, errors } = this.body();
    delete errors.model_name;
    return this.after || Object.keys(errors).length ? null : { ...body, pilot_run_id: this.pilotId };
  });

  /** Compare an attribute with this group; with the largest one where it is empty. */
  choose(attribute: string, group: string): void {
    const { [attribute]: _, ...others } = this.baselines;
    this.baselines = group ? { ...others, [attribute]: group } : others;
  }
  async probe(): Promise<void> {
    const { body, errors } = this.body();
    this.errors = errors;
    if (!Object.keys(errors).length) await this.probing.start(body);
  }

  async loadGenerations(): Promise<void> {
    const counts = this.texts.restart();
    [this.generations, this.generationId] = [[], null];
    if (this.datasetId === null) return;
    const query = { dataset_id: this.datasetId, is_complete: true, limit: MANY };
    const list = await get<{ items: Generation[] }>(`${ATTRGEN}/runs`, query).catch(() => null);
    if (counts()) this.generations = list?.items ?? [];
  }

  /** The newest runs with ratings; without them the estimate goes by the model's own. */
  async loadPilots(): Promise<void> {
    const list = await get<BenchmarkList>(`${BASE}/runs`, { limit: MANY }).catch(() => null);
    this.pilots = (list?.items ?? []).filter((one) => one.done > 0);
  }

  added(model: Model): void {
    this.models = [...this.models, model].sort((a, b) => a.name.localeCompare(b.name));
    this.modelId = model.id;
  }

  private body(): { body: StartBody; errors: Record<string, string> } {
    const { body, errors } = numbersOf(this.typed);
    if (!this.dataset && !this.after) errors.dataset_id = t("bench.choose_personas");
    if (!this.model) errors.model_name = t("bench.choose_model");
    if (!this.asked.length) errors.trait_ids = t("bench.choose_traits");
    if (!this.wordings.length) errors.wordings = t("bench.choose_one");
    if (!this.cues.length) errors.cues = t("bench.choose_one");
    return {
      errors,
      body: {
        ...body,
        dataset_id: this.after ? undefined : this.dataset?.id,
        model_name: this.model?.name,
        trait_ids: this.left.size ? this.asked.map((one) => one.id) : null,
        attrgen_run_id: this.after ? null : this.generationId,
        name: this.name.trim() || null,
        visibility: this.shared ? "team" : "private",
        language: this.language,
        scale_mode: this.scale,
        wordings: this.wordings,
        cues: this.cues,
        include_rationale: this.rationale,
        logprobs: this.logprobs,
        lenient: this.lenient,
        system_prompt: this.systemPrompt.trim() || null,
        baselines: this.baselines,
      },
    };
  }

  /** Start the run and open its page; false where something is wrong, which is then said at its field. */
  start(): Promise<boolean> {
    return this.send(async (body) => {
      const started = await create<{ run_id: number }>(`${BASE}/start`, body, this.key);
      return pageOf({ id: started.run_id });
    });
  }

  /** Put the run at the end of the queue and open the list that shows it. */
  enqueue(): Promise<boolean> {
    return this.send(async (config) => {
      await create(QUEUE, { type: "benchmark", config, depends_on: this.after?.id ?? null }, this.key);
      return "/benchmarks";
    });
  }

  private async send(call: (body: StartBody) => Promise<string>): Promise<boolean> {
    if (this.busy) return true;
    const { body, errors } = this.body();
    this.errors = errors;
    this.refused = Object.keys(errors).length ? t("bench.form_has_errors") : null;
    if (this.refused) return false;
    this.busy = true;
    try {
      router.go(await call(body));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.key = newKey();
      this.refused = error.message;
      this.errors = Object.fromEntries(Object.entries(error.errors).map(([name, texts]) => [topOf(name), texts[0]!]));
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** An error of one of several values stands at the field that has them, one of a model's server at the model. */
function topOf(name: string): string {
  const top = name.replace(/^config\./, "").split(".")[0]!;
  return OF_SERVER.has(top) ? "model_name" : top;
}
