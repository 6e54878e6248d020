/** Which runs of the list are selected: kept by number, so that paging and news cannot lose them. */
import { SvelteMap } from "svelte/reactivity";
import { t } from "../../../lib/i18n";
import type { Benchmark } from "../wire";
import { MAX_COMPARED } from "./compare";

type Row = Pick<Benchmark, "id" | "dataset_id">;

export class Selected {
  /** The data set of each selected run; null where it was selected by an address and is not listed. */
  private readonly runs = new SvelteMap<number, number | null>();

  get size(): number {
    return this.runs.size;
  }
  get ids(): number[] {
    return [...this.runs.keys()];
  }
  has(id: number): boolean {
    return this.runs.has(id);
  }
  toggle(row: Row): void {
    if (!this.runs.delete(row.id)) this.runs.set(row.id, row.dataset_id);
  }
  select(id: number): void {
    this.runs.set(id, null);
  }
  clear(): void {
    this.runs.clear();
  }
  /** Why these runs cannot be compared; null where they can. */
  get reason(): string | null {
    if (this.size < 2) return t("bench.cmp_select_more");
    if (this.size > MAX_COMPARED) return t("bench.cmp_at_most", { most: MAX_COMPARED });
    const sets = new Set([...this.runs.values()].filter((set) => set !== null));
    return sets.size > 1 ? t("bench.cmp_other_personas") : null;
  }
}
