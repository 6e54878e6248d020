/** The record of a run's warm-up: asked for when something was heard of it; a late answer loses. */
import { ApiError, get, post } from "../../../lib/api";
import { Latest } from "../../../lib/latest";
import { throttled } from "../../../lib/throttle";
import { BASE, type WarmUp } from "../wire";

const EVERY = 400;

export class WarmUpRecord {
  record = $state.raw<WarmUp | null>(null);
  failure = $state.raw<unknown>(null);
  private readonly answers = new Latest();
  readonly soon = throttled(() => void this.read(), EVERY);

  constructor(private readonly id: number) {}

  get running(): boolean {
    return this.record?.status === "running";
  }

  read(): Promise<void> {
    return this.take(this.answers.begin(), () => get<WarmUp>(`${BASE}/runs/${this.id}/warm-cache`));
  }

  start(): Promise<void> {
    return this.take(this.answers.restart(), () => post<WarmUp>(`${BASE}/runs/${this.id}/warm-cache`));
  }

  private async take(counts: () => boolean, ask: () => Promise<WarmUp>): Promise<void> {
    try {
      const record = await ask();
      if (counts()) [this.record, this.failure] = [record, null];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (counts()) this.failure = error;
    }
  }
}
