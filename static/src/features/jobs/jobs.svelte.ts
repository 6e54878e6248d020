/** The jobs as they are shown: what changes is changed in place, what is new waits for a click. */
import { get, type Query } from "../../lib/api";
import { Latest } from "../../lib/latest";
import type { components } from "../../lib/schema";
import type { JobState } from "../../lib/types";
import { asQuery, parametersOf } from "./filter";

type Shapes = components["schemas"];
export type JobRow = Shapes["JobRowView"];
export type JobDetail = Shapes["JobDetailView"];
export type JobCounts = Shapes["JobCountsView"];
export type JobPage = Shapes["JobPageView"];
/** An execution that waits without a job; `waits_for` is null once it waits no more. */
export type Waiting = Omit<Shapes["WaitingExecutionView"], "waits_for"> & { waits_for: string | null };
export const JOBS = "/api/jobs";
export const STATES: readonly JobState[] = [
  "queued",
  "starting",
  "running",
  "stopping",
  "lost",
  "failed",
  "cancelled",
  "succeeded",
];
const LIMIT = 50;
const MAX_IDS = 200;
const OVER: ReadonlySet<string> = new Set(["succeeded", "cancelled", "failed"]);

export interface Chosen {
  states: readonly string[];
  text: string;
}

export class JobList {
  chosen: Chosen = { states: [], text: "" };
  shown = $state.raw<readonly JobRow[] | null>(null);
  fresh = $state.raw<readonly JobRow[]>([]);
  waiting = $state.raw<readonly Waiting[]>([]);
  private newWaiting = $state.raw<readonly Waiting[]>([]);
  counts = $state.raw<JobCounts | null>(null);
  countLimit = $state(10_000);
  next = $state.raw<number | null>(null);
  failure = $state.raw<unknown>(null);
  loading = $state(false);
  private readonly answers = new Latest();

  /** The filter as the API takes it in the body of an order. */
  filter(): Record<string, string | string[]> {
    const { states, text } = this.chosen;
    return { ...parametersOf(text, Date.now()), ...(states.length ? { state: [...states] } : {}) };
  }

  private get query(): Query {
    return { ...asQuery(this.filter()), limit: LIMIT };
  }

  /** Begin another list: the rows of before stay in sight, greyed, until the new ones are there. */
  async choose(chosen: Chosen): Promise<void> {
    this.chosen = chosen;
    await this.load(true);
  }

  /** Fetch; unless the list begins again, no row that is shown moves or goes. */
  async load(again = false): Promise<void> {
    const counts = again ? this.answers.restart() : this.answers.begin();
    this.loading = this.loading || again;
    try {
      const page = await get<JobPage>(JOBS, this.query);
      const others = again ? [] : await this.others(page.items);
      if (!counts()) return;
      if (again || !this.shown) this.begin(page);
      else this.mend(page, others);
      this.counts = page.counts;
      this.countLimit = page.count_limit;
      [this.failure, this.loading] = [null, false];
    } catch (error) {
      if (counts()) [this.failure, this.loading] = [error, false];
    }
  }

  /** Read again what is shown below the first page, or does not match any more, and is not over. */
  private async others(page: readonly JobRow[]): Promise<readonly JobRow[]> {
    const known = new Set(page.map((one) => one.id));
    const open = (this.shown ?? []).filter((one) => !known.has(one.id) && !OVER.has(one.state));
    if (!open.length) return [];
    const ids = open.slice(0, MAX_IDS).map((one) => one.id);
    return (await get<JobPage>(JOBS, { ids: ids.join(), limit: MAX_IDS })).items;
  }

  private begin(page: JobPage): void {
    [this.shown, this.fresh, this.next] = [page.items, [], page.next];
    [this.waiting, this.newWaiting] = [page.waiting, []];
  }

  private mend({ items, waiting }: JobPage, others: readonly JobRow[]): void {
    const still = new Map<number, Waiting>(waiting.map((one) => [one.execution_id, one]));
    const known = new Set(this.waiting.map((one) => one.execution_id));
    this.waiting = this.waiting.map((one) => still.get(one.execution_id) ?? { ...one, waits_for: null });
    this.newWaiting = waiting.filter((one) => !known.has(one.execution_id));
    const newest = new Map([...items, ...others].map((one) => [one.id, one]));
    const shown = (this.shown ?? []).map((one) => newest.get(one.id) ?? one);
    const first = shown[0]?.id ?? 0;
    this.fresh = items.filter((one) => one.id > first);
    if (shown.length) this.shown = shown;
    else this.reveal();
  }

  /** Put what is new on top; where a whole page is new, begin again. */
  reveal(): void {
    if (this.fresh.length >= LIMIT) return void this.load(true);
    [this.shown, this.fresh] = [[...this.fresh, ...(this.shown ?? [])], []];
    [this.waiting, this.newWaiting] = [[...this.newWaiting, ...this.waiting.filter((one) => one.waits_for)], []];
  }

  /** How many rows are new and wait for a click. */
  get news(): number {
    return this.fresh.length + this.newWaiting.length;
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const counts = this.answers.begin();
    try {
      const page = await get<JobPage>(JOBS, { ...this.query, after: this.next });
      if (!counts()) return;
      const known = new Set((this.shown ?? []).map((one) => one.id));
      this.shown = [...(this.shown ?? []), ...page.items.filter((one) => !known.has(one.id))];
      this.next = page.next;
    } catch (error) {
      if (counts()) this.failure = error;
    }
  }

  /** Something was ordered here: answers that are under way know nothing of it. */
  async changed(): Promise<void> {
    this.answers.changed();
    await this.load();
  }

  /** How many match, and whether there are more than are counted. */
  get matching(): { many: number; more: boolean } {
    const counts = this.counts;
    if (!counts) return { many: 0, more: false };
    const states = this.chosen.states.length ? this.chosen.states : STATES;
    const each = states.map((state) => counts[state as keyof JobCounts] ?? 0);
    return { many: each.reduce((sum, one) => sum + one, 0), more: each.some((one) => one >= this.countLimit) };
  }
}
