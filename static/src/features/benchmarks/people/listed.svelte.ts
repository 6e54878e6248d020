/** A list of the server's: an answer that was requested before a later change or question is dropped. */
import { get } from "../../../lib/api";

export class Listed<Row extends { id: number }> {
  rows = $state.raw<Row[] | null>(null);
  failure = $state.raw<unknown>(null);
  private turn = 0;

  constructor(private readonly path: string) {}

  async load(): Promise<void> {
    const mine = ++this.turn;
    try {
      const { items } = await get<{ items: Row[] }>(this.path, { limit: 1000 });
      if (mine !== this.turn) return;
      this.rows = items;
      this.failure = null;
    } catch (error) {
      if (mine === this.turn) this.failure = error;
    }
  }
  put(row: Row): void {
    this.turn += 1;
    const known = this.rows?.some((one) => one.id === row.id) ?? false;
    this.rows = known ? this.rows!.map((one) => (one.id === row.id ? row : one)) : [...(this.rows ?? []), row];
  }
  drop(row: Row): void {
    this.turn += 1;
    this.rows = (this.rows ?? []).filter((one) => one.id !== row.id);
  }
}
