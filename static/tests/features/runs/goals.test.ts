import { describe, expect, it } from "vitest";
import { goalOf, namesToChoose } from "../../../src/features/runs/goals";
import { panels, type KnownSeries } from "../../../src/ui/chart/chart";

const series = (name: string, in_catalogue: boolean, goal: "min" | "max" | null = null): KnownSeries => ({
  name,
  client: null,
  steps: [0, 1],
  values: [1, 2],
  whole: { last: 2, best: null, best_step: null, goal, in_catalogue },
});

describe("the direction of a chart", () => {
  it("is a person's to choose where the catalogue knows none of its metrics", () => {
    expect(namesToChoose(panels([series("reward", false)])[0]!)).toEqual(["reward"]);
    expect(namesToChoose(panels([series("val_loss", true, "min")])[0]!)).toEqual([]);
    expect(namesToChoose(panels([{ ...series("x", false), full: "train/x" }])[0]!)).toEqual(["train/x"]);
    expect(namesToChoose(panels([{ ...series("x", false), client: "north" }])[0]!)).toEqual([]);
  });
  it("stays changeable once it was chosen", () => {
    const [chosen] = panels([series("reward", false, "max")]);
    expect(namesToChoose(chosen!)).toEqual(["reward"]);
    expect(goalOf(chosen!)).toBe("max");
  });
});
