/** Which runs are selected: kept by id, so that paging, scrolling and news cannot lose it. */
import { SvelteSet } from "svelte/reactivity";

export class Selection {
  readonly ids = new SvelteSet<number>();
  private anchor: number | null = null;

  get size(): number {
    return this.ids.size;
  }

  has(id: number): boolean {
    return this.ids.has(id);
  }

  /** Take the runs of a row in, or out if all are in; the next range begins here. */
  toggle(ids: readonly number[], row: number): void {
    if (ids.every((id) => this.ids.has(id))) this.without(ids);
    else this.all(ids);
    this.anchor = row;
  }

  /** Take in all rows between the last touched one and this one, also those that were never in sight. */
  async range(row: number, idsOf: (first: number, last: number) => Promise<number[]>): Promise<void> {
    const from = this.anchor ?? row;
    this.anchor = row;
    this.all(await idsOf(Math.min(from, row), Math.max(from, row)));
  }

  all(ids: readonly number[]): void {
    for (const id of ids) this.ids.add(id);
  }

  without(ids: readonly number[]): void {
    for (const id of ids) this.ids.delete(id);
  }

  clear(): void {
    this.ids.clear();
    this.anchor = null;
  }

  list(): number[] {
    return [...this.ids];
  }
}
