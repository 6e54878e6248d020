/** The alerts as they are shown, in three lists, and how they and their rules are put into words. */
import { get, post } from "../../lib/api";
import { alarm } from "../../lib/bell.svelte";
import { Latest } from "../../lib/latest";
import { notices } from "../../lib/notices.svelte";
import type { components } from "../../lib/schema";

type Shapes = components["schemas"];
export type Alert = Shapes["AlertView"];
export type AlertDetail = Shapes["AlertDetailView"];
export type AlertStep = AlertDetail["history"][number];
export const ALERTS = "/api/scheduler/alerts";
const LIMIT = 50;

export class AlertLists {
  firing = $state.raw<readonly Alert[] | null>(null);
  muted = $state.raw<readonly Alert[]>([]);
  recent = $state.raw<readonly Alert[]>([]);
  next = $state.raw<string | null>(null);
  failure = $state.raw<unknown>(null);
  private readonly answers = new Latest();

  async load(): Promise<void> {
    const counts = this.answers.begin();
    try {
      const pages = await Promise.all([
        this.page({ state: "firing", muted: false, limit: 200 }),
        this.page({ state: "pending", muted: false, limit: 200 }),
        this.page({ muted: true, limit: 200 }),
        this.page({ state: "recovered", muted: false, limit: LIMIT }),
      ]);
      if (!counts()) return;
      const [firing, pending, muted, recent] = pages;
      this.firing = [...firing.items, ...pending.items];
      this.muted = muted.items;
      this.recent = recent.items;
      this.next = recent.next_after;
      this.failure = null;
    } catch (error) {
      if (counts()) this.failure = error;
    }
  }

  private page(query: Record<string, string | number | boolean>): Promise<Shapes["AlertPageView"]> {
    return get<Shapes["AlertPageView"]>(ALERTS, query);
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const page = await this.page({ state: "recovered", muted: false, limit: LIMIT, after: this.next });
    this.recent = [...this.recent, ...page.items];
    this.next = page.next_after;
  }

  /** Mute or unmute one, and show what follows from it, on the bell too. */
  async act(id: number, verb: "mute" | "unmute", body: object = {}): Promise<boolean> {
    try {
      await post(`${ALERTS}/${id}/${verb}`, body);
    } catch (error) {
      notices.bad(error);
      return false;
    }
    this.answers.changed();
    await Promise.all([this.load(), alarm.load()]);
    return true;
  }
}
