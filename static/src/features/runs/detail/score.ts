/** What the rounds of a run are judged by. */
import type { KnownSeries } from "../../../ui/chart/chart";

const MEASURED = /^(?:global|server)_(.+)$/;

export interface Score {
  /** As a round's metrics call it. */
  name: string;
  goal: "min" | "max";
  best: number | null;
}

/** The first metric of the whole model by name that has a direction; the loss is the last of them. */
export function scoreOf(series: readonly KnownSeries[]): Score | null {
  const known = series.flatMap(({ name, whole }) => {
    const metric = MEASURED.exec(name)?.[1];
    return metric && whole?.goal ? [{ name: metric, goal: whole.goal, best: whole.best_step }] : [];
  });
  known.sort((a, b) => Number(a.name === "loss") - Number(b.name === "loss") || (a.name < b.name ? -1 : 1));
  return known[0] ?? null;
}
