/** What of the person's alerts fires, for the bell on every page. */
import { get } from "./api";
import { Latest } from "./latest";
import { followRuns } from "./lists";
import type { components } from "./schema";
import { throttled } from "./throttle";

type Summary = components["schemas"]["AlertSummaryView"];
const SAFETY_MS = 60_000;

class Alarm {
  summary = $state.raw<Summary | null>(null);
  private readonly answers = new Latest();

  get firing(): number {
    return this.summary?.firing ?? 0;
  }

  async load(): Promise<void> {
    const counts = this.answers.begin();
    try {
      const summary = await get<Summary>("/api/scheduler/alerts/summary");
      if (counts()) this.summary = summary;
    } catch {
      // the bell keeps what it knew: pages say themselves when the server is away
    }
  }

  /** Fetch on what changes and now and then, until the returned function is called. */
  follow(): () => void {
    const soon = throttled(() => void this.load(), 1_000);
    soon();
    const stop = followRuns(soon);
    const safety = setInterval(() => document.hidden || soon(), SAFETY_MS);
    return () => {
      stop();
      clearInterval(safety);
      soon.cancel();
    };
  }
}

export const alarm = new Alarm();
