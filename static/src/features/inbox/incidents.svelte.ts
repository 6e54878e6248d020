/** The incidents as they are shown: what changes is changed in place, what is new waits for a click. */
import { get, post } from "../../lib/api";
import { attention } from "../../lib/attention.svelte";
import { Latest } from "../../lib/latest";
import { notices } from "../../lib/notices.svelte";
import type { components } from "../../lib/schema";
import { session } from "../../lib/session.svelte";

type Shapes = components["schemas"];
export type Incident = Shapes["IncidentView"];
export type IncidentState = Incident["state"];
export type IncidentDetail = Shapes["IncidentDetailView"];
export type Retried = Shapes["RetriedView"];
export type Counts = Shapes["IncidentCountsView"];
export const STATES: readonly IncidentState[] = ["open", "acknowledged", "snoozed", "fixed"];
export const INCIDENTS = "/api/inbox/incidents";
const LIMIT = 30;

export interface Wanted {
  state: IncidentState;
  q: string;
  mine: boolean;
}

export class IncidentList {
  wanted = $state.raw<Wanted>({ state: "open", q: "", mine: true });
  shown = $state.raw<readonly Incident[]>([]);
  fresh = $state.raw<readonly Incident[]>([]);
  counts = $state.raw<Counts | null>(null);
  next = $state.raw<string | null>(null);
  failure = $state.raw<unknown>(null);
  selected = $state.raw<ReadonlySet<number>>(new Set());
  private readonly answers = new Latest();

  /** The filter as the API takes it. */
  get filter(): { state: IncidentState; q?: string; mine: boolean } {
    const { state, q, mine } = this.wanted;
    return { state, mine: mine || !session.isAdmin, ...(q.trim() ? { q: q.trim() } : {}) };
  }

  /** Begin another list. */
  async want(change: Partial<Wanted>): Promise<void> {
    this.wanted = { ...this.wanted, ...change };
    this.selected = new Set();
    await this.load(true);
  }

  /** Fetch; unless the list begins anew, no card that is shown moves or goes. */
  async load(anew = false): Promise<void> {
    const counts = anew ? this.answers.restart() : this.answers.begin();
    try {
      const page = await get<Shapes["IncidentPageView"]>(INCIDENTS, { ...this.filter, limit: LIMIT });
      if (!counts()) return;
      this.failure = null;
      this.counts = page.counts;
      if (anew || !this.shown.length) this.begin(page);
      else this.mend(page.items);
    } catch (error) {
      if (counts()) this.failure = error;
    }
  }

  private begin(page: Shapes["IncidentPageView"]): void {
    this.shown = page.items;
    this.fresh = [];
    this.next = page.next_after;
  }

  private mend(items: readonly Incident[]): void {
    const byId = new Map(items.map((one) => [one.id, one]));
    this.shown = this.shown.map((one) => byId.get(one.id) ?? one);
    const known = new Set(this.shown.map((one) => one.id));
    const newest = Math.max(...this.shown.map((one) => Date.parse(one.last_seen)));
    this.fresh = items.filter((one) => !known.has(one.id) && Date.parse(one.last_seen) >= newest);
  }

  /** Put what is new on top. */
  reveal(): void {
    this.shown = [...this.fresh, ...this.shown];
    this.fresh = [];
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const counts = this.answers.begin();
    const page = await get<Shapes["IncidentPageView"]>(INCIDENTS, { ...this.filter, limit: LIMIT, after: this.next });
    if (!counts()) return;
    const known = new Set(this.shown.map((one) => one.id));
    this.shown = [...this.shown, ...page.items.filter((one) => !known.has(one.id))];
    this.next = page.next_after;
  }

  toggle(id: number): void {
    const selected = new Set(this.selected);
    if (!selected.delete(id)) selected.add(id);
    this.selected = selected;
  }

  /** Do something about one incident; its card stays where it is and says what it is now. */
  async act(id: number, verb: string, body: object = {}): Promise<IncidentDetail | null> {
    try {
      const detail = await post<IncidentDetail>(`${INCIDENTS}/${id}/${verb}`, body);
      this.replace(detail.incident);
      await this.settle();
      return detail;
    } catch (error) {
      notices.bad(error);
      return null;
    }
  }

  replace(incident: Incident): void {
    this.shown = this.shown.map((one) => (one.id === incident.id ? incident : one));
  }

  /** Fetch what follows from a change: the counts here, and what needs attention elsewhere. */
  async settle(): Promise<void> {
    this.answers.changed();
    await Promise.all([this.load(), attention.load()]);
  }

  /** Make all that are selected one incident, the first of them. */
  async merge(): Promise<void> {
    const [first, ...others] = this.shown.filter((one) => this.selected.has(one.id)).map((one) => one.id);
    if (first === undefined || !others.length) return;
    const merged = await this.act(first, "merge", { incident_ids: others });
    if (!merged) return;
    this.shown = this.shown.filter((one) => !others.includes(one.id));
    this.selected = new Set();
  }

  /** Acknowledge those that are selected, or with null all that match. */
  async acknowledgeAll(ids: readonly number[] | null): Promise<void> {
    const body = { action: "acknowledge", filter: this.filter, ...(ids ? { ids } : {}) };
    await post(`${INCIDENTS}/bulk`, body).catch((error: unknown) => notices.bad(error));
    this.selected = new Set();
    await Promise.all([this.load(true), attention.load()]);
  }
}
