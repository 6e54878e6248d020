/** What the runs of a list came to: those that nobody has looked at yet are computed one by one. */
import { SvelteMap } from "svelte/reactivity";
import { get } from "../../lib/api";
import { BASE, type Benchmark, type Overview, type RunResult } from "./wire";

/** The same of an overview as the list shows of a run. */
export function resultOf(overview: Overview): RunResult {
  const scored = overview.intensity.attributes.filter((one) => one.at_least !== null);
  const strongest = [...scored].sort((a, b) => b.at_least! - a.at_least!)[0];
  return {
    verdict: overview.verdict,
    n: overview.n,
    n_personas: overview.n_personas,
    tests: overview.tests,
    significant: overview.significant,
    significant_small: overview.significant_small,
    min_personas: overview.min_personas,
    largest: overview.largest as RunResult["largest"],
    no_largest: overview.no_largest,
    intensity_attribute: strongest?.attribute ?? null,
    at_least: strongest?.at_least ?? null,
  };
}

const isOver = (one: Benchmark): boolean => one.finished_at !== null && one.counts.done > 0;

export class Results {
  /** By run and the moment at which it ended: a run that goes on has another result. */
  private readonly known = new SvelteMap<string, RunResult | null>();
  private busy = false;
  private rows: readonly Benchmark[] = [];
  private ended = false;

  of(one: Benchmark): RunResult | null {
    return one.result ?? this.known.get(this.key(one)) ?? null;
  }
  /** Whether a result is still to come. */
  pending(one: Benchmark): boolean {
    return isOver(one) && !one.result && !this.known.has(this.key(one));
  }
  /** Compute what is missing in these rows, the newest first, one at a time. */
  async fill(rows: readonly Benchmark[]): Promise<void> {
    this.rows = rows;
    if (this.busy) return;
    this.busy = true;
    for (;;) {
      const next = this.rows.find((one) => this.pending(one));
      if (!next || this.ended) break;
      const answer = await get<Overview>(`${BASE}/runs/${next.id}/overview`).catch(() => null);
      this.known.set(this.key(next), answer && resultOf(answer));
    }
    this.busy = false;
  }
  end(): void {
    this.ended = true;
  }
  private key(one: Benchmark): string {
    return `${one.id} ${one.finished_at}`;
  }
}
