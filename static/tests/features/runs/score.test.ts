import { expect, test } from "vitest";
import type { KnownSeries } from "../../../src/ui/chart/chart";
import { scoreOf } from "../../../src/features/runs/detail/score";

function measured(name: string, goal: "min" | "max" | null, best: number | null = 2): KnownSeries {
  return { name, whole: { goal, best_step: best, best: 0.5, last: 0.5 } } as KnownSeries;
}

test("rounds are judged by a metric of the whole model that has a direction", () => {
  const series = [measured("train_rmse", "min"), measured("global_energy", null), measured("global_rmse", "min", 7)];
  expect(scoreOf(series)).toEqual({ name: "rmse", goal: "min", best: 7 });
});

test("a loss is what is left when nothing else was measured", () => {
  const loss = measured("global_loss", "min");
  expect(scoreOf([loss, measured("server_auroc", "max")])?.name).toBe("auroc");
  expect(scoreOf([loss])?.name).toBe("loss");
  expect(scoreOf([])).toBeNull();
});
