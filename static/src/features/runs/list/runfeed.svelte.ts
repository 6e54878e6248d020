/** Rows of the run table by their place: pages come as they are scrolled to, and stay. */
import { t } from "../../../lib/i18n";
import { get, type Query } from "../../../lib/api";
import type { RunPageOfList, RunRow } from "../../../lib/types";
import { pagesFor, type Span } from "../../../lib/window";

export const PAGE = 100;
const MAX_AT_ONCE = 500;

export class RunFeed {
  total = $state<number | null>(null);
  failure = $state.raw<unknown>(null);
  loading = $state(0);
  /** Grows with every page that came, so that a table sees it. */
  version = $state(0);
  private rows = new Map<number, RunRow>();
  private next = new Map<number, string>();
  private asked = new Set<number>();
  private query: Query = {};
  private turn = 0;
  private span: Span = { first: 0, end: PAGE };

  row(index: number): RunRow | null {
    void this.version;
    return this.rows.get(index) ?? null;
  }

  loaded(): RunRow[] {
    void this.version;
    return [...this.rows.values()];
  }

  /** Ask something else: the rows of before stay in sight until the new ones are there. */
  async ask(query: Query): Promise<void> {
    this.query = query;
    this.span = { first: 0, end: 1 };
    await this.refresh();
  }

  /** Fetch what is in sight again. */
  async refresh(): Promise<void> {
    this.turn += 1;
    this.asked = new Set();
    const pages = pagesFor(this.span, PAGE);
    await this.load(pages[0] ?? 0, true);
    this.show(this.span);
  }

  /** Fetch what is missing of these rows. */
  show(span: Span): void {
    this.span = span;
    for (const page of pagesFor(span, PAGE)) {
      if (!this.asked.has(page)) void this.load(page);
    }
  }

  /** The ids of rows from `first` to `last`; those that nobody has scrolled to are asked for. */
  async idsOf(first: number, last: number): Promise<number[]> {
    const turn = this.turn;
    const ids: number[] = [];
    while (ids.length <= last - first) {
      const place = first + ids.length;
      const known = this.rows.get(place);
      const found = known ? [known.id] : await this.idsAt(place, last - place + 1);
      if (turn !== this.turn) throw new Error(t("runs.the_list_has_changed_meanwhile_please"));
      if (!found.length) break;
      ids.push(...found);
    }
    return ids;
  }

  private async idsAt(offset: number, wanted: number): Promise<number[]> {
    const told = await get<RunPageOfList>("/api/runs/list", {
      ...this.query,
      columns: null,
      limit: Math.min(wanted, MAX_AT_ONCE),
      offset,
    });
    return told.runs.map((run) => run.id);
  }

  private async load(page: number, anew = false): Promise<void> {
    const turn = this.turn;
    this.asked.add(page);
    this.loading += 1;
    const after = anew ? undefined : this.next.get(page);
    const place = after ? { after } : { offset: page * PAGE || undefined };
    try {
      const told = await get<RunPageOfList>("/api/runs/list", { ...this.query, limit: PAGE, ...place });
      if (turn === this.turn) this.take(page, told, anew);
    } catch (error) {
      if (turn === this.turn) {
        this.failure = error;
        this.asked.delete(page);
      }
    }
    this.loading -= 1;
  }

  private take(page: number, told: RunPageOfList, anew: boolean): void {
    if (anew) {
      this.rows = new Map();
      this.next = new Map();
    }
    told.runs.forEach((run, index) => this.rows.set(page * PAGE + index, run));
    if (told.next) this.next.set(page + 1, told.next);
    this.total = told.total;
    this.failure = null;
    this.version += 1;
  }
}
