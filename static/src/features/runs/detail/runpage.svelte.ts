/** One run as the page shows it: snapshots from the API under a live stream of events. */
import { t } from "../../../lib/i18n";
import { ApiError, get } from "../../../lib/api";
import { atAGlance, withWhole, type KnownSeries } from "../../../ui/chart/chart";
import { curvesOf } from "../curves";
import { live } from "../../../lib/live/live.svelte";
import type { LiveEvent } from "../../../lib/live/stream";
import { applyEvent } from "./runevents";
import { addRounds, emptyView, rewind, stepsDone, type RunView } from "./runview";
import { Latest } from "../../../lib/latest";
import { isActive, stateOf } from "../../../lib/states";
import { throttled } from "../../../lib/throttle";
import type {
  ConfusionCounts,
  Evaluation,
  JobState,
  Results,
  Round,
  RunDetail,
  Series,
  SeriesSummary,
} from "../../../lib/types";

const POINTS = new Set(["series_points", "epoch_end", "round_metrics", "round_end", "training_end", "client_complete"]);
const SCORED = new Set(["epoch_end", "round_metrics", "training_end"]);
const STATES = new Set(["status", "training_start", "training_end", "error"]);

interface Curves {
  series: Series[];
}

export interface Confusion {
  matrix: number[][];
  caption: string;
}

export function toMatrix(answer: ConfusionCounts | number[][] | null | undefined): number[][] | null {
  if (!answer) return null;
  if (Array.isArray(answer)) return answer;
  return [
    [answer.true_negatives, answer.false_positives],
    [answer.false_negatives, answer.true_positives],
  ];
}

export class RunPage {
  detail = $state.raw<RunDetail | null>(null);
  /** What is seen at a glance; every curve is fetched under Charts only. */
  series = $state.raw<KnownSeries[]>([]);
  panels = $state(0);
  clientMetric = $state("train_loss");
  clientSeries = $state.raw<Series[]>([]);
  confusion = $state.raw<Confusion | null>(null);
  view = $state.raw<RunView>(emptyView());
  failure = $state.raw<unknown>(null);
  missing = $state(false);
  frozen = $state(false);
  held = $state(0);
  seq = $state(0);
  private model = emptyView();
  private queue: LiveEvent[] = [];
  private statusSeq = 0;
  private synced = false;
  private closed = false;
  private doubts = 0;
  private readonly details = new Latest();
  private readonly ledger = new Latest();
  private readonly curves = new Latest();
  private readonly scores = new Latest();
  private frame = 0;
  private readonly stops: (() => void)[] = [];
  private readonly soonSeries = throttled(() => void this.loadSeries(), 700);
  private readonly soonDetail = throttled(() => void this.loadDetail(), 900);
  private readonly soonScores = throttled(() => void this.loadScores(), 1_500);

  constructor(readonly id: number) {}

  get state(): JobState {
    const job = this.view.jobState ?? this.detail?.job?.state;
    return stateOf(this.view.status ?? this.detail?.status ?? "queued", job);
  }

  get progress(): number {
    if (this.state === "succeeded") return 1;
    if (this.view.share !== null) return this.view.share;
    const total = this.view.totalSteps ?? this.detail?.total_steps;
    const own = total ? stepsDone(this.view) / total : 0;
    return Math.min(1, Math.max(own, this.detail?.job?.progress ?? 0));
  }

  async open(): Promise<void> {
    await this.loadDetail();
    if (!this.detail || this.closed) return;
    this.soonSeries();
    this.soonScores();
    if (this.detail.training_mode === "federated") await this.loadRounds();
    if (this.closed) return;
    this.stops.push(live.follow(`run:${this.id}`, (events, caughtUp) => this.take(events, caughtUp)));
    const safety = setInterval(() => {
      if (!document.hidden && isActive(this.state) && !this.frozen) this.soonDetail();
    }, 5_000);
    this.stops.push(() => clearInterval(safety));
  }

  close(): void {
    this.closed = true;
    this.stops.forEach((stop) => stop());
    this.soonSeries.cancel();
    this.soonDetail.cancel();
    this.soonScores.cancel();
    cancelAnimationFrame(this.frame);
  }

  /** Hold what arrives, so that nothing moves while a person looks; the stream itself goes on. */
  freeze(on: boolean): void {
    this.frozen = on;
    if (on) return;
    const queue = this.queue;
    this.queue = [];
    this.held = 0;
    this.take(queue, true);
  }

  reload(): void {
    this.soonDetail();
    this.soonSeries();
  }

  /** Forget at once what the server has thrown away to go on after a round. */
  rewind(round: number): void {
    rewind(this.model, round);
    for (const answers of [this.ledger, this.curves, this.scores]) answers.changed();
    this.show();
    this.reload();
  }

  /** Take what the server answered to a change, before the next look at it. */
  changed(part: Partial<RunDetail>): void {
    this.details.changed();
    if (this.detail) this.detail = { ...this.detail, ...part };
    this.soonDetail();
  }

  private take(events: LiveEvent[], caughtUp: boolean): void {
    if (this.frozen) {
      this.queue.push(...events);
      this.held = this.queue.length;
      return;
    }
    for (const event of events) this.apply(event);
    if (!caughtUp) return;
    this.synced = true;
    this.show();
  }

  private apply(event: LiveEvent): void {
    applyEvent(this.model, event);
    if (event.type === "status") {
      this.statusSeq = event.seq;
      this.doubts = 0;
    }
    if (POINTS.has(event.type)) {
      this.soonSeries();
      this.soonDetail();
    }
    if (SCORED.has(event.type)) this.soonScores();
    if (STATES.has(event.type)) this.soonDetail();
  }

  /** At most one new drawing per frame, however many events came; hidden tabs get it at once. */
  private show(): void {
    const now = (): void => {
      this.frame = 0;
      this.view = { ...this.model };
      this.seq = live.lastSeq(`run:${this.id}`);
    };
    if (document.hidden) now();
    else this.frame ||= requestAnimationFrame(now);
  }

  private async loadDetail(): Promise<void> {
    const before = this.statusSeq;
    const counts = this.details.begin();
    try {
      const detail = await get<RunDetail>(`/api/runs/${this.id}`);
      if (!counts()) return;
      this.detail = detail;
      this.failure = null;
      this.model.mode ??= this.detail.training_mode;
      this.model.totalSteps ??= this.detail.total_steps;
      if (before === this.statusSeq) this.agree(this.detail);
      this.show();
    } catch (error) {
      if (!counts()) return;
      if (error instanceof ApiError && error.status === 404) this.missing = true;
      else this.failure = error;
    }
  }

  /** Events tell the state in order; an answer that disagrees counts when it says so twice. */
  private agree(detail: RunDetail): void {
    const state = detail.job?.state ?? null;
    this.doubts = this.synced && state !== this.model.jobState ? this.doubts + 1 : 0;
    if (this.synced && this.doubts < 2) return;
    this.model.jobState = state;
    this.model.status = detail.status;
    this.doubts = 0;
  }

  /** What the ledger adds to the events: seconds, bytes, weights and models of each round. */
  async loadRounds(): Promise<void> {
    const counts = this.ledger.begin();
    try {
      const { rounds } = await get<{ rounds: Round[] }>(`/api/runs/${this.id}/rounds`);
      if (!counts()) return;
      addRounds(this.model, rounds);
      this.show();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Choose which metric of the clients is drawn; only that one is fetched. */
  drawClients(metric: string): void {
    this.clientMetric = metric;
    this.curves.changed();
    this.soonSeries();
  }

  private async loadSeries(): Promise<void> {
    const path = `/api/runs/${this.id}/series`;
    const counts = this.curves.begin();
    try {
      const federated = this.detail?.training_mode === "federated";
      const { series: known } = await get<{ series: SeriesSummary[] }>(`${path}/summary`);
      const glance = atAGlance(known);
      const [own, named] = await Promise.all([
        curvesOf<Series>(this.id, glance.names, { client: "", max_points: 2000 }),
        federated ? get<Curves>(path, { names: this.clientMetric, max_points: 500 }) : null,
      ]);
      if (!counts()) return;
      this.series = withWhole(own, known);
      this.panels = glance.panels;
      this.clientSeries = withWhole(named?.series.filter((one) => one.client !== null) ?? [], known);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  private async loadScores(): Promise<void> {
    try {
      if (this.detail?.training_mode === "federated") await this.loadEvaluations();
      else await this.loadResults();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  private async loadEvaluations(): Promise<void> {
    const path = `/api/runs/${this.id}/server-evaluation`;
    const counts = this.scores.begin();
    const { evaluations, evaluated_on: on } = await get<{ evaluations: Evaluation[]; evaluated_on: string | null }>(
      path,
    );
    if (!counts()) return;
    const last = evaluations.at(-1);
    if (!last) return;
    const matrix = toMatrix(
      last.confusion_matrix ?? (last.additional_metrics?.confusion_matrix as number[][] | undefined),
    );
    const whose = on === "site_validation" ? t("run.validation_rows_of_the_sites") : t("run.rows_that_no_client_has");
    const rows = last.num_samples ? `, ${last.num_samples} ${whose}` : "";
    this.confusion = matrix
      ? {
          matrix,
          caption: t("run.value_round_roundrows", {
            value: on === "site_validation" ? t("run.all_sites") : t("common.server"),
            round: last.round,
            rows,
          }),
        }
      : null;
  }

  private async loadResults(): Promise<void> {
    const counts = this.scores.begin();
    const results = await get<Results>(`/api/runs/${this.id}/metrics`);
    if (!counts()) return;
    const matrix = toMatrix(results.confusion_matrix);
    this.confusion = matrix ? { matrix, caption: t("run.held_out_rows_latest_epoch_measured") } : null;
  }
}
