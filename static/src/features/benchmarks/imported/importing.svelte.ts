/** The form of an import: a file, what its samples are, and what would come of it. */
import { get, request } from "../../../lib/api";
import { decimal } from "../../../lib/format";
import { Latest } from "../../../lib/latest";
import { Submission } from "../submission.svelte";
import { numberIn } from "../new/settings";
import { BASE, type PersonaSet, type RatingsPreview } from "../wire";
import { mappingOf, type Mapping } from "./mapping";

export const KINDS = ["inspect", "lm-eval", "items"] as const;
export type Kind = (typeof KINDS)[number];

const MANY = 200;

/** What a file's name says of its kind; people choose where it says nothing. */
export function kindOf(name: string): Kind | null {
  if (/\.eval$/i.test(name)) return "inspect";
  if (/\.(csv|parquet|jsonl)$/i.test(name)) return "items";
  if (/\.zip$/i.test(name)) return "lm-eval";
  return null;
}

export class ImportForm {
  kind = $state<Kind>("inspect");
  file = $state.raw<File | null>(null);
  name = $state("");
  modelName = $state("");
  language = $state("");
  /** Whose attributes count; those of the file where none is chosen. */
  datasets = $state.raw<readonly PersonaSet[]>([]);
  datasetId = $state("");
  margin = $state(decimal("0.25"));
  skipFaults = $state(false);
  again = $state(false);
  mapping = $state.raw<Mapping | null>(null);
  preview = $state.raw<RatingsPreview | null>(null);
  failure = $state.raw<unknown>(null);
  /** Whether what is shown is of an earlier mapping. */
  stale = $state(false);
  readonly sent = new Submission();
  private readonly answers = new Latest();

  readonly ready = $derived.by(() => {
    const shown = this.preview;
    if (!shown || this.stale || shown.problem || !shown.num_items) return false;
    return (this.skipFaults || !shown.left.length) && (this.again || shown.earlier === null);
  });

  async loadDatasets(): Promise<void> {
    try {
      this.datasets = (await get<{ items: PersonaSet[] }>(`${BASE}/datasets`, { limit: MANY })).items;
    } catch (error) {
      this.failure = error;
    }
  }
  chooseDataset(id: string): void {
    this.datasetId = id;
    void this.look();
  }
  take(file: File | undefined): void {
    if (!file) return;
    this.file = file;
    this.kind = kindOf(file.name) ?? this.kind;
    [this.skipFaults, this.again, this.mapping, this.preview] = [false, false, null, null];
    void this.look();
  }
  choose(kind: Kind): void {
    [this.kind, this.mapping] = [kind, null];
    void this.look();
  }
  change(mapping: Mapping): void {
    this.mapping = mapping;
    void this.look();
  }

  /** Look at the file again; a late answer to an earlier question is dropped. */
  async look(): Promise<void> {
    if (!this.file) return;
    const counts = this.answers.restart();
    this.stale = true;
    try {
      const form = this.form();
      const preview = await request<RatingsPreview>(`${BASE}/import/${this.kind}/preview`, { method: "POST", form });
      if (!counts()) return;
      [this.preview, this.mapping, this.failure] = [preview, mappingOf(preview), null];
    } catch (error) {
      if (!counts()) return;
      [this.preview, this.failure] = [null, error];
    }
    this.stale = false;
  }

  send(done: (id: number) => void): Promise<void> {
    const form = this.form();
    if (this.skipFaults) form.set("skip_faults", "true");
    if (this.again) form.set("again", "true");
    return this.sent.send(
      () => request<{ run_id: number }>(`${BASE}/import/${this.kind}`, { method: "POST", form, creates: true }),
      (answer) => done(answer.run_id),
    );
  }

  private form(): FormData {
    const form = new FormData();
    form.set("file", this.file!);
    if (this.mapping) form.set("mapping", JSON.stringify(this.mapping));
    if (this.name.trim()) form.set("name", this.name.trim());
    if (this.modelName.trim()) form.set("model_name", this.modelName.trim());
    if (this.language) form.set("language", this.language);
    if (this.datasetId) form.set("dataset_id", this.datasetId);
    if (this.margin.trim()) form.set("equivalence_margin", String(numberIn(this.margin)));
    return form;
  }
}
