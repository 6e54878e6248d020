/** What the home page and the inbox show, fetched once for both and for the count in the side bar. */
import { get, post, request } from "./api";
import { choices } from "./choices.svelte";
import { Latest } from "./latest";
import { followRuns } from "./lists";
import { throttled } from "./throttle";
import type { Home, Need } from "./types";

const SAFETY_MS = 15_000;

class Attention {
  home = $state.raw<Home | null>(null);
  fetchedAt = $state(0);
  failure = $state.raw<unknown>(null);
  private readonly answers = new Latest();

  get count(): number {
    return this.home?.needs_you.length ?? 0;
  }

  async load(): Promise<void> {
    await choices.load();
    const counts = this.answers.begin();
    try {
      const home = await get<Home>("/api/home", { group_studies: choices.values.group_studies ?? true });
      if (!counts()) return;
      this.home = home;
      this.fetchedAt = Date.now();
      this.failure = null;
    } catch (error) {
      if (counts()) this.failure = error;
    }
  }

  /** Fetch on every change of a run and now and then, until the returned function is called. */
  follow(): () => void {
    const refresh = throttled(() => void this.load(), 400);
    refresh();
    const stop = followRuns(refresh);
    const safety = setInterval(() => document.hidden || refresh(), SAFETY_MS);
    return () => {
      stop();
      clearInterval(safety);
      refresh.cancel();
    };
  }

  async acknowledge(needs: readonly Need[]): Promise<void> {
    const urls = needs.flatMap((need) => (need.acknowledge ? [need.acknowledge] : []));
    try {
      await Promise.all(urls.map((url) => post(url)));
    } finally {
      await this.load();
    }
  }

  async act(need: Need): Promise<void> {
    const { url, method = "POST" } = need.action ?? {};
    if (!url) return;
    try {
      await request(url, { method: method ?? "POST", json: {}, creates: (method ?? "POST") === "POST" });
    } finally {
      await this.load();
    }
  }
}

export const attention = new Attention();
