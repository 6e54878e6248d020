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

  /** Take one in or out; the next range begins here. */
  toggle(id: number, row: number): void {
    if (!this.ids.delete(id)) this.ids.add(id);
    this.anchor = row;
  }

  /** Take in all rows between the last touched one and this one. */
  range(row: number, idAt: (row: number) => number | null): void {
    const from = this.anchor ?? row;
    for (let at = Math.min(from, row); at <= Math.max(from, row); at += 1) {
      const id = idAt(at);
      if (id !== null) this.ids.add(id);
    }
    this.anchor = row;
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
