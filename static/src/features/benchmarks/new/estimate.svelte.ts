/** What the design in the form would cost and detect, and what the server of its model does. */
import { ApiError, get, post } from "../../../lib/api";
import { Latest } from "../../../lib/latest";
import { BASE, type ModelProbe, type RunEstimate } from "../wire";
import type { EstimateBody, StartBody } from "./settings";

const SOON = 350;
const POLL = 1_000;

/** The estimate of the newest design; a late answer to an earlier one is dropped. */
export class Estimating {
  value = $state.raw<RunEstimate | null>(null);
  /** Why the newest design has no estimate, in the server's words. */
  refused = $state<string | null>(null);
  /** Whether what is shown is of an earlier design. */
  stale = $state(false);
  private readonly answers = new Latest();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Estimate a design soon, unless another one follows; null where nothing is chosen yet. */
  of(body: EstimateBody | null): void {
    this.cancel();
    this.answers.changed();
    this.stale = true;
    if (body) this.timer = setTimeout(() => void this.ask(body), SOON);
    else [this.value, this.refused, this.stale] = [null, null, false];
  }
  cancel(): void {
    clearTimeout(this.timer);
  }

  private async ask(body: EstimateBody): Promise<void> {
    const counts = this.answers.begin();
    try {
      const value = await post<RunEstimate>(`${BASE}/estimate`, body);
      if (counts()) [this.value, this.refused, this.stale] = [value, null, false];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (counts()) [this.value, this.refused, this.stale] = [null, error.message, false];
    }
  }
}

/** The newest probe of the chosen model, looked at until it is over. */
export class Probing {
  value = $state.raw<ModelProbe | null>(null);
  failure = $state.raw<unknown>(null);
  private readonly answers = new Latest();
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Show the probe of another model. */
  of(modelId: number | null): void {
    this.cancel();
    [this.value, this.failure] = [null, null];
    if (modelId !== null) void this.look(modelId);
  }
  cancel(): void {
    this.answers.changed();
    clearTimeout(this.timer);
  }

  async start(body: StartBody): Promise<void> {
    this.cancel();
    await this.show(() => post<ModelProbe>(`${BASE}/probe`, body));
  }
  private look(modelId: number): Promise<void> {
    return this.show(() => get<ModelProbe>(`${BASE}/models/${modelId}/probe`));
  }
  private async show(ask: () => Promise<ModelProbe>): Promise<void> {
    const counts = this.answers.restart();
    try {
      const value = await ask();
      if (!counts()) return;
      [this.value, this.failure] = [value, null];
      if (value.status === "running") this.timer = setTimeout(() => void this.look(value.model_id), POLL);
    } catch (error) {
      if (counts()) this.failure = error;
    }
  }
}
