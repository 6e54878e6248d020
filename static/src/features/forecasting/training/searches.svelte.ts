/** The searches of a session: read again when one of its trials changes, started, stopped, resumed and kept. */
import { ApiError, create, get, post } from "../../../lib/api";
import { Latest } from "../../../lib/latest";
import { live } from "../../../lib/live/live.svelte";
import { throttled } from "../../../lib/throttle";
import type { SessionPage } from "../sessionpage.svelte";
import { BASE } from "../wire";
import type { Search, Spaces } from "./searches";

const POLL = 4_000;

export class Searches {
  list = $state.raw<readonly Search[]>([]);
  spaces = $state.raw<Spaces | null>(null);
  private readonly answers = new Latest();
  private readonly soon = throttled(() => void this.load(), 1_000);

  constructor(private readonly page: SessionPage) {}

  /** Read the searches and follow the session; what is returned ends that. */
  open(): () => void {
    void get<Spaces>(`${BASE}/search-spaces`).then(
      (answer) => (this.spaces = answer),
      () => null,
    );
    void this.load();
    const unfollow = live.followNews(`forecast_session:${this.page.session!.id}`, this.soon);
    const timer = setInterval(() => !document.hidden && this.page.searching && this.soon(), POLL);
    return () => {
      unfollow();
      clearInterval(timer);
      this.soon.cancel();
    };
  }

  async load(): Promise<void> {
    const counts = this.answers.begin();
    try {
      const answer = await get<{ searches: Search[] }>(this.path());
      if (!counts()) return;
      this.list = answer.searches;
      this.page.searching = answer.searches.some((one) => one.status === "running");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  async start(body: Record<string, unknown>, key: string): Promise<void> {
    await create(this.path(), { ...body, training_split: this.page.split }, key);
    await this.changed();
  }

  async stop(search: Search): Promise<void> {
    await post(this.path("/stop"), { search_id: search.id });
    await this.changed();
  }

  async resume(search: Search): Promise<void> {
    await create(this.path("/resume"), { search_id: search.id });
    await this.changed();
  }

  async keep(search: Search): Promise<void> {
    await create(this.path("/keep"), { search_id: search.id });
    await this.changed();
    await this.page.loadModels();
  }

  private async changed(): Promise<void> {
    this.answers.changed();
    await this.load();
  }

  private path(action = ""): string {
    return `${BASE}/sessions/${this.page.id}/searches${action}`;
  }
}
