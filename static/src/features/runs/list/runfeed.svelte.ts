/** Rows of the run table by their place: pages come as they are scrolled to, and stay. */
import { t } from "../../../lib/i18n";
import { get, type Query } from "../../../lib/api";
import type { RunPageOfList, RunRow, StudyRow } from "../../../lib/types";
import { pagesFor, type Span } from "../../../lib/window";
import { metricNames } from "./columns";
import { countRows, rowOf, spotAt, type OpenStudy } from "./rows";

export const PAGE = 100;
const MAX_AT_ONCE = 500;

/** What a row shows: a run, a study of several runs, or a run of the study above it. */
export type Item = { kind: "run" | "member"; run: RunRow } | { kind: "study"; run: RunRow; study: StudyRow };

/** The runs that a row stands for. */
export const idsIn = (item: Item | null): readonly number[] =>
  item === null ? [] : item.kind === "study" ? item.study.run_ids : [item.run.id];

interface Opened extends OpenStudy {
  runs: RunRow[];
}

/** Whether two questions have the same rows in the same places, whatever stands in their cells. */
const sameRows = (one: Query, other: Query): boolean =>
  JSON.stringify({ ...one, columns: null }) === JSON.stringify({ ...other, columns: null });

export class RunFeed {
  /** Rows of the list, and the runs in them: fewer rows where a study is one. */
  total = $state<number | null>(null);
  runs = $state<number | null>(null);
  /** Columns that the server chose for these runs; null where the person did. */
  columns = $state.raw<string[] | null>(null);
  failure = $state.raw<unknown>(null);
  loading = $state(0);
  /** Grows with every page that came, so that a table sees it. */
  version = $state(0);
  private rows = new Map<number, RunRow>();
  private studies = new Map<number, StudyRow>();
  private opened = new Map<number, Opened>();
  private next = new Map<number, string>();
  private requested = new Set<number>();
  private query: Query = {};
  private turn = 0;
  private span: Span = { first: 0, end: PAGE };

  /** How many rows the table has, those of open studies included. */
  get length(): number {
    void this.version;
    return countRows(this.total ?? 0, this.open);
  }

  item(row: number): Item | null {
    void this.version;
    const { place, member } = spotAt(row, this.open);
    const run = this.rows.get(place);
    if (!run) return null;
    const study = this.studyOf(run);
    if (member === null) return study ? { kind: "study", run, study } : { kind: "run", run };
    const one = study && this.opened.get(study.id)?.runs[member];
    return one ? { kind: "member", run: one } : null;
  }

  /** The runs that stand in the table by themselves, as far as they were fetched. */
  loaded(): RunRow[] {
    void this.version;
    return [...this.rows.values()].filter((run) => !this.studyOf(run)).concat(...this.openRuns());
  }

  /** The ids of all runs in the rows that were fetched. */
  loadedIds(): number[] {
    void this.version;
    return [...this.rows.values()].flatMap((run) => this.studyOf(run)?.run_ids ?? [run.id]);
  }

  isOpen(study: number): boolean {
    void this.version;
    return this.opened.has(study);
  }

  /** Ask something else: the rows of before stay in sight until the new ones are there. */
  async ask(query: Query): Promise<void> {
    if (!sameRows(query, this.query)) this.opened = new Map();
    this.query = query;
    this.span = { first: 0, end: 1 };
    await this.refresh();
  }

  /** Fetch what is in sight again. */
  async refresh(): Promise<void> {
    this.turn += 1;
    this.requested = new Set();
    const pages = pagesFor(this.places(), PAGE);
    await Promise.all([this.load(pages[0] ?? 0, true), ...[...this.opened.keys()].map((id) => this.fetchRuns(id))]);
    this.show(this.span);
  }

  /** Fetch what is missing of these rows. */
  show(span: Span): void {
    this.span = span;
    for (const page of pagesFor(this.places(), PAGE)) {
      if (!this.requested.has(page)) void this.load(page);
    }
  }

  /** Show the runs of a study below its row, or no longer. */
  async toggle(study: number): Promise<void> {
    if (this.opened.delete(study)) this.version += 1;
    else await this.fetchRuns(study);
  }

  /** The ids of rows from `first` to `last`; those that nobody has scrolled to are loaded first. */
  async idsOf(first: number, last: number): Promise<number[]> {
    const turn = this.turn;
    const ids: number[] = [];
    let row = first;
    while (row <= last) {
      const item = this.item(row);
      if (item) {
        ids.push(...idsIn(item));
        row += 1;
        continue;
      }
      const { place } = spotAt(row, this.open);
      const some = await this.idsAt(place, spotAt(last, this.open).place - place + 1);
      if (turn !== this.turn) throw new Error(t("runs.the_list_has_changed_meanwhile_please"));
      if (!some.rows) break;
      ids.push(...some.ids);
      row = rowOf(place + some.rows, this.open);
    }
    return [...new Set(ids)];
  }

  private get open(): Opened[] {
    return [...this.opened.values()].filter((one) => one.place >= 0);
  }

  private openRuns(): RunRow[][] {
    return this.open.map((one) => one.runs);
  }

  /** Of one matching run a study is no row of its own: the run says which study it is of. */
  private studyOf(run: RunRow): StudyRow | null {
    const study = run.study && this.studies.get(run.study.id);
    return study && study.run_ids.length > 1 ? study : null;
  }

  /** The places of the list that are in sight. */
  private places(): Span {
    const first = spotAt(this.span.first, this.open).place;
    return { first, end: Math.max(first + 1, spotAt(Math.max(0, this.span.end - 1), this.open).place + 1) };
  }

  private async idsAt(offset: number, count: number): Promise<{ ids: number[]; rows: number }> {
    const answer = await get<RunPageOfList>("/api/runs/list", {
      ...this.query,
      columns: null,
      limit: Math.min(count, MAX_AT_ONCE),
      offset,
    });
    const studies = new Map(answer.studies?.map((one) => [one.id, one.run_ids]));
    const ids = answer.runs.flatMap((run) => (run.study && studies.get(run.study.id)) || [run.id]);
    return { ids, rows: answer.runs.length };
  }

  private async fetchRuns(study: number): Promise<void> {
    const turn = this.turn;
    const query = { ...this.query, ...this.named(), group_studies: null, study_id: study, limit: MAX_AT_ONCE };
    try {
      const { runs } = await get<RunPageOfList>("/api/runs/list", query);
      if (turn !== this.turn) return;
      this.opened.set(study, { place: this.placeOf(study), size: runs.length, runs });
      this.version += 1;
    } catch (error) {
      if (turn === this.turn) this.failure = error;
    }
  }

  private placeOf(study: number): number {
    for (const [place, run] of this.rows) if (run.study?.id === study) return place;
    return this.opened.get(study)?.place ?? -1;
  }

  /** What fills the columns that the server has chosen: later pages have the same ones. */
  private named(): Query {
    return this.columns ? { columns: metricNames(this.columns) } : {};
  }

  private async load(page: number, again = false): Promise<void> {
    const turn = this.turn;
    this.requested.add(page);
    this.loading += 1;
    const after = again ? undefined : this.next.get(page);
    const place = after ? { after } : { offset: page * PAGE || undefined };
    const query = { ...this.query, ...(again ? {} : this.named()), limit: PAGE, ...place };
    try {
      const answer = await get<RunPageOfList>("/api/runs/list", query);
      if (turn === this.turn) this.take(page, answer, again);
    } catch (error) {
      if (turn === this.turn) {
        this.failure = error;
        this.requested.delete(page);
      }
    }
    this.loading -= 1;
  }

  private take(page: number, answer: RunPageOfList, again: boolean): void {
    if (again) {
      this.rows = new Map();
      this.studies = new Map();
      this.next = new Map();
      this.columns = answer.columns ?? null;
    }
    answer.runs.forEach((run, index) => this.rows.set(page * PAGE + index, run));
    answer.studies?.forEach((study) => this.studies.set(study.id, study));
    for (const [study, one] of this.opened) one.place = this.placeOf(study);
    if (answer.next) this.next.set(page + 1, answer.next);
    this.total = answer.total;
    this.runs = answer.num_runs ?? answer.total;
    this.failure = null;
    this.version += 1;
  }
}
