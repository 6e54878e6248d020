/** Why models failed, as their runs say it: asked once for each. */
import { get } from "../../../lib/api";
import type { RunDetail } from "../../../lib/types";
import type { Model } from "../wire";

export class Reasons {
  private known = $state.raw<ReadonlyMap<number, string>>(new Map());
  private readonly asked = new Set<number>();

  of(model: Model): string | undefined {
    return model.status === "failed" ? (this.known.get(model.run_id) ?? model.message ?? undefined) : undefined;
  }

  async learn(models: readonly Model[]): Promise<void> {
    for (const model of models) {
      if (model.status !== "failed" || this.asked.has(model.run_id)) continue;
      this.asked.add(model.run_id);
      const detail = await get<RunDetail>(`/api/runs/${model.run_id}`).catch(() => null);
      if (detail?.job?.error) this.known = new Map(this.known).set(model.run_id, detail.job.error);
    }
  }
}
