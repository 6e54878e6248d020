/** One run as its page shows it: snapshots of the API under a live stream of events. */
import { ApiError, get, patch, post, remove } from "../../../lib/api";
import { Latest } from "../../../lib/latest";
import { live } from "../../../lib/live/live.svelte";
import type { LiveEvent } from "../../../lib/live/stream";
import { isActive } from "../../../lib/states";
import { throttled } from "../../../lib/throttle";
import type { Changes } from "../resuming.svelte";
import { BASE, type Benchmark, type Detail } from "../wire";
import { applyAll, countsOf, NOTHING } from "./live";

/** How often results are computed again while answers come. */
const RESULTS_EVERY = 15_000;
const POLL = 5_000;

export class BenchmarkPage {
  detail = $state.raw<Detail | null>(null);
  view = $state.raw(NOTHING);
  failure = $state.raw<unknown>(null);
  missing = $state(false);
  /** Changes when results are worth asking for again. */
  mark = $state("");
  /** Counts what was heard of warm-ups: their record is worth asking for again. */
  warmUps = $state(0);
  paused = $state(false);
  held = $state(0);
  private queue: LiveEvent[] = [];
  /** The newest event when the snapshot that is shown was asked for. */
  private askedAt = $state(0);
  private closed = false;
  private readonly details = new Latest();
  private readonly stops: (() => void)[] = [];
  private readonly soonDetail = throttled(() => void this.load(), 900);
  private readonly soonMark = throttled(() => this.setMark(), RESULTS_EVERY);

  constructor(readonly id: number) {}

  get state(): Benchmark["state"] {
    return this.view.state ?? this.detail?.summary.state ?? "unknown";
  }
  get active(): boolean {
    return this.state !== "unknown" && isActive(this.state);
  }
  get counts(): ReturnType<typeof countsOf> {
    return countsOf(this.detail!.summary.counts, this.askedAt, this.view);
  }
  get topic(): string {
    return `benchmark_run:${this.id}`;
  }

  async open(): Promise<void> {
    await this.load();
    if (!this.detail || this.closed) return;
    this.setMark();
    this.stops.push(live.follow(this.topic, (events) => this.take(events)));
    const timer = setInterval(() => !document.hidden && this.active && this.soonDetail(), POLL);
    this.stops.push(() => clearInterval(timer));
  }

  close(): void {
    this.closed = true;
    this.stops.forEach((stop) => stop());
    this.soonDetail.cancel();
    this.soonMark.cancel();
  }

  async load(): Promise<void> {
    const counts = this.details.begin();
    const askedAt = live.lastSeq(this.topic);
    try {
      const answer = await get<Detail>(`${BASE}/runs/${this.id}`);
      if (!counts()) return;
      [this.detail, this.askedAt, this.failure] = [answer, askedAt, null];
      this.believe(answer, askedAt);
    } catch (error) {
      if (!counts()) return;
      if (error instanceof ApiError && error.status === 404) this.missing = true;
      else this.failure = error;
    }
  }

  /** Hold what arrives, so that nothing moves while a person reads. */
  pause(on: boolean): void {
    this.paused = on;
    if (on) return;
    const events = this.queue;
    this.queue = [];
    this.held = 0;
    this.show(events);
  }

  async change(fields: { name?: string; visibility?: string }): Promise<void> {
    await patch(`${BASE}/runs/${this.id}`, fields);
    await this.reload();
  }
  async stop(): Promise<void> {
    await post(`${BASE}/${this.id}/cancel`);
    await this.reload();
  }
  async resume(changes: Changes): Promise<void> {
    await post(`${BASE}/${this.id}/resume`, changes);
    await this.reload();
  }
  remove(): Promise<unknown> {
    this.soonDetail.cancel(); // what is deleted is not read again
    return remove(`${BASE}/runs/${this.id}`);
  }

  private async reload(): Promise<void> {
    this.details.changed();
    await this.load();
  }

  private take(events: LiveEvent[]): void {
    this.warmUps += events.filter((event) => event.type === "benchmark_warm_up").length;
    if (this.paused) {
      this.queue = [...this.queue, ...events];
      this.held = this.queue.filter((event) => event.type === "benchmark_answers").length;
    } else this.show(events);
  }

  private show(events: readonly LiveEvent[]): void {
    const before = this.state;
    this.view = applyAll(this.view, events);
    const probed = events.some((event) => event.type === "benchmark_probed");
    if (this.state !== before || probed || !this.active) this.soonDetail();
    if (events.some((event) => event.type === "benchmark_progress")) this.soonMark();
  }

  /** A snapshot that nothing happened after knows the state best, such as after a lost event. */
  private believe(answer: Detail, askedAt: number): void {
    const { state, counts } = answer.summary;
    if (live.lastSeq(this.topic) === askedAt && state !== "unknown") this.view = { ...this.view, state };
    if (state !== "unknown" && !isActive(state)) this.mark = `${state} ${counts.done} ${counts.failed}`;
  }

  private setMark(): void {
    if (this.detail) this.mark = `${this.state} ${this.counts.done} ${this.counts.failed}`;
  }
}
