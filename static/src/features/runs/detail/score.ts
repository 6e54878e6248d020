/** What the rounds of a run are judged by. */
import type { KnownSeries } from "../../../ui/chart/chart";

const MEASURED = /^(?:global|server)_(.+)$/;

export interface Score {
  /** As a round's metrics call it. */
  name: string;
  goal: "min" | "max";
  best: number | null;
}

/** The first metric of the whole model that has a direction; a loss only where there is nothing else. */
export function scoreOf(series: readonly KnownSeries[]): Score | null {
  const known = series.flatMap(({ name, whole }) => {
    const metric = MEASURED.exec(name)?.[1];
    return metric && whole?.goal ? [{ name: metric, goal: whole.goal, best: whole.best_step }] : [];
  });
  const named = (name: string): Score | undefined => known.find((one) => one.name === name);
  return named("accuracy") ?? known.find((one) => one.name !== "loss") ?? named("loss") ?? null;
}
