import { describe, expect, it } from "vitest";
import {
  foldPanel,
  metricsOf,
  type Backtest,
  type Fold,
} from "../../../src/features/forecasting/evaluation/backtest/backtest";
import { priceOf } from "../../../src/features/forecasting/evaluation/costs";
import { beyond, residualPanel } from "../../../src/features/forecasting/evaluation/residuals";
import { windowPanel } from "../../../src/features/forecasting/evaluation/worst";

const fold = (number: number, skill: number | null): Fold => ({
  number,
  cutoff: `2024-01-0${number}T00:00:00Z`,
  blocks: {
    train: { windows: 5, first: "", last: "" },
    validation: { windows: 2, first: "", last: "" },
    test: { windows: 2, first: "", last: "" },
  },
  left_out: 1,
  scalers: { fitted_on: "train" },
  leaks: [],
  metrics: { skill, mae: 1 },
  outputs: {},
  seconds: 1,
});
const backtest = (skills: (number | null)[]): Backtest => ({
  id: 1,
  run_id: 1,
  cutoffs: skills.length,
  test_windows: 2,
  validation_windows: 2,
  state: "succeeded",
  progress: 1,
  detail: null,
  created_at: "",
  finished_at: null,
  folds: skills.map((skill, place) => fold(place + 1, skill)),
  spread: { skill: { n: 2, mean: 0.3, deviation: 0.1, low: 0.2, high: 0.4 } },
});

describe("a backtest as a chart", () => {
  it("has a line by cut-off, and the mean with the band from the lowest to the highest", () => {
    const [own, mean] = foldPanel(backtest([0.2, 0.4]), "skill", "Skill").lines;
    expect([own!.steps, own!.values]).toEqual([
      [1, 2],
      [0.2, 0.4],
    ]);
    expect([mean!.values, mean!.min, mean!.max]).toEqual([
      [0.3, 0.3],
      [0.2, 0.2],
      [0.4, 0.4],
    ]);
  });
  it("draws no band of a metric without a spread, and names only metrics with a value", () => {
    expect(foldPanel(backtest([0.2]), "mae", "MAE").lines).toHaveLength(1);
    expect(metricsOf(backtest([null]))).toEqual(["mae"]);
  });
});

describe("residuals as a chart", () => {
  const residuals = {
    n: 9,
    autocorrelations: [0.6, null, -0.7, 0.1],
    bound: 0.5,
    statistic: 1,
    p_value: 1,
    overlap: 1,
  };
  it("counts lags beyond the band of white noise, whichever side", () => {
    expect(beyond(residuals)).toBe(2);
    expect(residualPanel(residuals).lines[1]!.max).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(residualPanel({ ...residuals, bound: null }).lines).toHaveLength(1);
  });
});

describe("a worst window as a chart", () => {
  it("has truth and forecast of the output, and nothing without a forecast", () => {
    const variable = {
      name: "load", kind: "output" as const, label: "OUT1", color: 0, hours: [1, 2], scale: 1, shift: 0,
      values: [[1, 2]], forecast: [[1, 3]],
    }; // prettier-ignore
    const answer = {
      run_id: 1, model_type: "LIN", seed: 0, n_test: 9, variables: [variable],
      samples: [{ position: 3, t_ref: "2024-01-01T00:00:00Z" }],
    }; // prettier-ignore
    const panel = windowPanel(answer, "load")!;
    expect(panel.lines.map((line) => line.values)).toEqual([
      [1, 2],
      [1, 3],
    ]);
    expect(windowPanel(answer, "other")).toBeNull();
    expect(windowPanel({ ...answer, variables: [{ ...variable, forecast: null }] }, "load")).toBeNull();
  });
});

describe("a price that is typed", () => {
  it("may have a comma and must not be negative", () => {
    expect(["0,3", "2", " 0 ", "", "-1", "x", "1e12"].map(priceOf)).toEqual([0.3, 2, 0, null, null, null, null]);
  });
});
