import { describe, expect, it } from "vitest";
import { barOf, scaleOf } from "../../../src/features/forecasting/evaluation/importance";
import {
  candidatesOf,
  defaultMembers,
  membersText,
  windowsOf,
} from "../../../src/features/forecasting/training/ensemble";
import type { Importance, Model } from "../../../src/features/forecasting/wire";

const model = (run_id: number, windows_key: string, mode = "LIN", status: Model["status"] = "completed"): Model =>
  ({ run_id, mode, status, windows_key, settings: {}, summary: { metrics: { skill: 0.1 } } }) as unknown as Model;

describe("the models of an ensemble", () => {
  const models = [
    model(1, "a"),
    model(2, "b"),
    model(3, "b", "Ensemble"),
    model(4, "b"),
    model(5, "b", "CNN", "failed"),
  ];

  it("are those that were measured, ensembles apart", () => {
    expect(candidatesOf(models).map((one) => one.run_id)).toEqual([1, 2, 4]);
  });
  it("are by default those that share the windows of the newest one", () => {
    expect(defaultMembers(models)).toEqual([2, 4]);
    expect(defaultMembers([])).toEqual([]);
    expect(windowsOf(models, [4, 2])).toBe("b");
    expect(windowsOf(models, [])).toBeNull();
  });
  it("are named with their weights, the heaviest first, and by their families before there are any", () => {
    const ensemble = { ...model(3, "b", "Ensemble"), settings: { members: [2, 4], modes: ["LIN", "Dense"] } };
    const members = [
      { run_id: 2, mode: "LIN", weight: 0.25 },
      { run_id: 4, mode: "Dense", weight: 0.75 },
    ];
    const fitted = { ...ensemble, summary: { ...ensemble.summary!, members } };
    expect(membersText(fitted, [])).toBe("Dense (run 4): 75 %, LIN (run 2): 25 %");
    expect(membersText({ ...ensemble, summary: null }, [])).toBe("LIN, Dense");
    expect(membersText(model(1, "a"), [])).toBeNull();
  });
});

describe("the bars of importance", () => {
  const input = (increase: number, low: number, high: number) => ({ increase, low, high });
  const of = (...inputs: object[]) => ({ inputs }) as unknown as Importance;

  it("share one scale with zero within, and grow to the left below it", () => {
    const [large, small] = [input(3, 2, 4), input(-1, -1, 0)];
    const scale = scaleOf(of(large, small));
    expect(scale).toEqual({ low: -1, high: 4 });
    expect(barOf(large as never, scale)).toEqual({ from: 20, to: 80, low: 60, high: 100 });
    expect(barOf(small as never, scale)).toEqual({ from: 0, to: 20, low: 0, high: 20 });
  });
  it("have no length where nothing grows", () => {
    expect(barOf(input(0, 0, 0) as never, scaleOf(of(input(0, 0, 0))))).toEqual({ from: 0, to: 0, low: 0, high: 0 });
  });
});
