/** One session as its page shows it: what the server has, what is chosen here, and how both are changed. */
import { ApiError, create, get, post, remove, request } from "../../lib/api";
import { Latest } from "../../lib/latest";
import { live } from "../../lib/live/live.svelte";
import { read, write } from "../../lib/stored";
import { throttled } from "../../lib/throttle";
import { DEFAULT_SPLIT } from "./split/split";
import { bestOf, isMeasured, isOver } from "./training/leaderboard";
import { chosenFrom, type Choice } from "./training/families";
import {
  BASE,
  type Calendar,
  type Family,
  type Model,
  type SeriesFile,
  type SessionView,
  type Split,
  type Tables,
  type TimeSteps,
} from "./wire";

const POLL = 4_000;

export class SessionPage {
  session = $state.raw<SessionView | null>(null);
  files = $state.raw<readonly SeriesFile[]>([]);
  models = $state.raw<readonly Model[]>([]);
  families = $state.raw<readonly Family[] | null>(null);
  /** Of the best model: the baselines of the leaderboard. */
  tables = $state.raw<Tables | null>(null);
  split = $state.raw<Split>(DEFAULT_SPLIT);
  choices = $state.raw<readonly Choice[]>([]);
  /** Whether a search over settings goes on: its trials are no models of the session. */
  searching = $state(false);
  missing = $state(false);
  failure = $state.raw<unknown>(null);
  ready = $state(false);
  private closed = false;
  private readonly sessions = new Latest();
  private readonly fileLists = new Latest();
  private readonly modelLists = new Latest();
  private readonly evaluations = new Latest();
  private readonly followed = new Map<string, () => void>();
  private readonly soonModels = throttled(() => void this.loadModels(), 700);
  private readonly soonAll = throttled(() => void this.load(), 1_000);
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(readonly address: string) {}

  /** The server's own name of the session, which is nobody else's. */
  get id(): string {
    return this.session?.databaseSessionId ?? this.address;
  }
  get canEdit(): boolean {
    return this.session?.canEdit ?? false;
  }
  get isTraining(): boolean {
    return this.searching || this.models.some((model) => !isOver(model));
  }
  get measured(): Model[] {
    return this.models.filter(isMeasured);
  }

  async open(): Promise<void> {
    void this.loadFamilies();
    await this.load();
    if (!this.session || this.closed) return;
    this.recall();
    await Promise.all([this.loadFiles(), this.loadModels()]);
    this.ready = true;
    if (this.closed) return;
    this.follow(`forecast_session:${this.session.id}`, this.soonAll);
    this.timer = setInterval(() => !document.hidden && this.isTraining && this.soonModels(), POLL);
  }

  close(): void {
    this.closed = true;
    clearInterval(this.timer);
    this.soonModels.cancel();
    this.soonAll.cancel();
    for (const stop of this.followed.values()) stop();
    this.followed.clear();
  }

  async load(): Promise<void> {
    const counts = this.sessions.begin();
    try {
      const answer = await get<{ session: SessionView }>(`${BASE}/sessions/${this.id}`);
      if (!counts()) return;
      this.session = answer.session;
      this.failure = null;
    } catch (error) {
      if (!counts()) return;
      if (error instanceof ApiError && [400, 404].includes(error.status)) this.missing = true;
      else this.failure = error;
    }
  }

  async loadFiles(): Promise<void> {
    const counts = this.fileLists.begin();
    try {
      const answer = await get<{ data: SeriesFile[] }>(`${BASE}/csv-files/${this.id}`);
      if (counts()) this.files = answer.data;
    } catch (error) {
      if (counts()) this.failure = error;
    }
  }

  async loadModels(): Promise<void> {
    const counts = this.modelLists.begin();
    try {
      const answer = await get<{ models: Model[] }>(`${BASE}/sessions/${this.id}/models`);
      if (!counts()) return;
      const before = this.measured.length;
      this.models = answer.models;
      this.followRuns();
      if (this.measured.length !== before) await Promise.all([this.loadBaselines(), this.load()]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (counts() && !this.models.length) this.failure = error;
    }
  }

  private async loadBaselines(): Promise<void> {
    const best = bestOf(this.models);
    if (!best) return;
    const counts = this.evaluations.restart();
    try {
      const answer = await this.tablesOf(best.run_id);
      if (counts()) this.tables = answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  tablesOf(run: number): Promise<Tables> {
    return get<Tables>(`${BASE}/evaluation-tables/${this.id}`, { run_id: run });
  }

  async rename(name: string): Promise<void> {
    await post(`${BASE}/session-name-change`, { sessionId: this.id, sessionName: name });
    this.sessions.changed();
    await this.load();
  }

  async saveSteps(steps: TimeSteps): Promise<void> {
    await post(`${BASE}/save-zeitschritte`, { sessionId: this.id, zeitschritte: steps });
    this.sessions.changed();
    await this.load();
  }

  async saveCalendar(calendar: Calendar): Promise<void> {
    await post(`${BASE}/save-time-info`, { sessionId: this.id, timeInfo: calendar });
    this.sessions.changed();
    await this.load();
  }

  async changeFile(id: string, changes: Record<string, unknown>): Promise<void> {
    await request(`${BASE}/csv-files/${id}`, { method: "PUT", json: changes });
    this.fileLists.changed();
    await this.loadFiles();
  }

  /** Give the session these series of an upload, and no other of it. */
  async chooseSeries(id: string, series: readonly Record<string, unknown>[]): Promise<void> {
    await request(`${BASE}/csv-files/${id}/series`, { method: "PUT", json: { series } });
    this.fileLists.changed();
    await this.loadFiles();
  }

  async removeFile(id: string): Promise<void> {
    await remove(`${BASE}/csv-files/${id}`);
    this.fileLists.changed();
    await this.loadFiles();
  }

  async remove(): Promise<void> {
    await remove(`${BASE}/sessions/${this.id}`);
  }

  /** Start the models; the same key starts them once, however often it is sent. */
  async train(models: readonly Record<string, unknown>[], key: string): Promise<void> {
    await create(`${BASE}/train-models/${this.id}`, { models, training_split: this.split }, key);
    this.modelLists.changed();
    await this.loadModels();
  }

  chooseSplit(split: Split): void {
    this.split = split;
    write(`forecast.split.${this.id}`, JSON.stringify(split));
  }

  choose(choices: readonly Choice[]): void {
    this.choices = choices;
    write(`forecast.models.${this.id}`, JSON.stringify(choices));
  }

  private recall(): void {
    const kept = parsed(read(`forecast.split.${this.id}`)) as Partial<Split> | null;
    this.split = { ...DEFAULT_SPLIT, ...this.session?.split, ...kept };
    this.choices = chosenFrom(parsed(read(`forecast.models.${this.id}`)));
  }

  private async loadFamilies(): Promise<void> {
    const answer = await get<{ models?: Family[]; families?: Family[] }>(`${BASE}/model-options`).catch(() => null);
    this.families = answer?.models ?? answer?.families ?? null;
  }

  private follow(topic: string, hear: () => void): void {
    if (!this.followed.has(topic)) this.followed.set(topic, live.followNews(topic, hear));
  }

  private followRuns(): void {
    for (const model of this.models) {
      const topic = `run:${model.run_id}`;
      if (!isOver(model)) this.follow(topic, this.soonModels);
      else {
        this.followed.get(topic)?.();
        this.followed.delete(topic);
      }
    }
  }
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
