import { describe, expect, it } from "vitest";
import { costOf, elapsed, questions, type Planned } from "../../../src/features/runs/new/estimate";

const planned = (parts: Partial<Planned> = {}): Planned => ({
  mode: "federated",
  network: "mlp",
  dataset: "digits",
  federation: null,
  epochs: 20,
  rounds: 10,
  localEpochs: 3,
  seeds: null,
  ...parts,
});

describe("what a run will cost", () => {
  it("is asked by the epochs of all its rounds, or by its epochs", () => {
    expect(questions(planned())).toEqual([{ mode: "federated", steps: 30, times: 1 }]);
    expect(questions(planned({ mode: "centralized" }))).toEqual([{ mode: "centralized", steps: 20, times: 1 }]);
  });
  it("is not asked while the form does not say how long it trains", () => {
    expect(questions(planned({ rounds: NaN }))).toEqual([]);
    expect(questions(planned({ rounds: 0, seeds: 3 }))).toEqual([]);
  });
  it("is the sum of a study's arms: the sites alone take as long as the central run", () => {
    const asked = questions(planned({ seeds: 5 }));
    const cost = costOf(asked, [
      { seconds: 60, runs: 2 },
      { seconds: 10, runs: 3 },
    ]);
    expect(cost).toEqual({ seconds: 400, runs: 5 });
  });
  it("is never made up: one part that is not known leaves the whole unknown", () => {
    const asked = questions(planned({ seeds: 5 }));
    const answers = [
      { seconds: 60, runs: 2 },
      { seconds: null, runs: 0 },
    ];
    expect(costOf(asked, answers)).toBeNull();
    expect(costOf([], [])).toBeNull();
  });
  it("is shared by the workers that are free, and by no more than there are runs", () => {
    const cost = { seconds: 120, runs: 3 };
    expect(elapsed(cost, 15, 2)).toBe(60);
    expect(elapsed(cost, 1, 4)).toBe(120);
    expect(elapsed(cost, 15, 0)).toBe(120);
    expect(elapsed(cost, 15, null)).toBe(120);
  });
});
