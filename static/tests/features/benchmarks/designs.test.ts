import { describe, expect, it } from "vitest";
import { judgedOf } from "../../../src/features/benchmarks/bias/judged";
import { corner, outline, scoredOf } from "../../../src/features/benchmarks/bias/radar";
import { crossed } from "../../../src/features/benchmarks/crossed/crossed";
import { range, score, sharePoints, two } from "../../../src/features/benchmarks/figures";
import { itemFiltersOf, itemQuery } from "../../../src/features/benchmarks/items/items";
import { directionSticks, endsOf, firstOf, sidesOf, strongestOf } from "../../../src/features/benchmarks/pairs/pairs";
import type {
  AttributeIntensity,
  Counterfactual,
  DeltaTable,
  Equivalence,
  Forest,
  IntersectionCell,
  PairedEffect,
} from "../../../src/features/benchmarks/wire";

const effect = (label: string, mean: number, significant = false): PairedEffect =>
  ({ label, mean, significant, ci_low: mean - 1, ci_high: mean + 1, n_pairs: 8 }) as PairedEffect;
const cell = (first: string, second: string, shrunken: number | null): IntersectionCell =>
  ({ first, second, shrunken }) as IntersectionCell;

describe("pairs", () => {
  it("read the values out of labels, also where a value has a dash", () => {
    expect(endsOf("20-29->65+")).toEqual(["20-29", "65+"]);
    expect(sidesOf("20-29 - 65+")).toEqual(["20-29", "65+"]);
    expect(endsOf("?")).toEqual(["?", ""]);
  });
  it("stand in the chart from the lowest to the highest", () => {
    const rows = directionSticks([effect("a->b", 0.4, true), effect("b->a", -0.4)], (label) => label);
    expect(rows.map((row) => [row.name, row.mark])).toEqual([
      ["b->a", ""],
      ["a->b", "★"],
    ]);
  });
  it("begin with an attribute that was detected to matter, and call nothing else the strongest", () => {
    const data = {
      age: { signed: [effect("a - b", 3)] },
      gender: { signed: [effect("c - d", 0.2, true), effect("c - e", -0.5, true)] },
    } as unknown as Counterfactual["data"];
    expect(firstOf(data)).toBe("gender");
    expect(strongestOf(data.gender!.signed)?.label).toBe("c - e");
    expect(strongestOf(data.age!.signed)).toBeNull();
    expect(firstOf({})).toBeUndefined();
  });
});

describe("two attributes at once", () => {
  it("stand in the alphabet of their words, and have the reach of the strongest", () => {
    const grid = crossed([cell("x", "b", -0.6), cell("w", "a", 0.2), cell("x", "a", null)], (one) => one);
    expect([grid.rows, grid.columns, grid.reach]).toEqual([["a", "b"], ["w", "x"], 0.6]);
    expect(grid.at("b", "x")?.shrunken).toBe(-0.6);
    expect(grid.at("b", "w")).toBeUndefined();
  });
});

describe("the radar", () => {
  it("has a score of 100 on the rim and one below 0 at the centre", () => {
    expect(corner(100, 0, 4, 50).y).toBeCloseTo(-50);
    expect(corner(100, 1, 4, 50).x).toBeCloseTo(50);
    expect(Math.hypot(corner(-20, 1, 4, 50).x, corner(-20, 1, 4, 50).y)).toBe(0);
    expect(outline([100, 0, 0], 10)).toMatch(/^M0\.0 -10\.0L.*Z$/);
  });
  it("leaves out what has no score", () => {
    const rows = [
      { calibrated: 1, at_least: 0 },
      { calibrated: null, at_least: null },
    ] as AttributeIntensity[];
    expect(scoredOf(rows)).toHaveLength(1);
  });
});

describe("what is known of a group", () => {
  const table = { attribute: "gender", baseline: "male" } as DeltaTable;
  const equivalence = (baseline: string): Equivalence =>
    ({ data: { gender: [{ category: "female", baseline, verdict: "different" }] } }) as unknown as Equivalence;
  const forest = {
    attribute: "gender",
    baseline: "male",
    groups: [{ category: "female", diamond: { traits_ci_low: -1, traits_ci_high: 2 } }],
  } as unknown as Forest;
  it("is its verdict and its interval over persons and traits", () => {
    const judged = judgedOf(table, equivalence("male"), forest);
    expect(judged.verdict("female")).toBe("different");
    expect(judged.both("female")).toEqual({ ci_low: -1, ci_high: 2 });
    expect(judged.both("diverse").ci_low).toBeNull();
  });
  it("is nothing where the answers are about another baseline", () => {
    const judged = judgedOf(table, equivalence("diverse"), { ...forest, baseline: "diverse" });
    expect([judged.verdict("female"), judged.both("female").ci_low]).toEqual([null, null]);
  });
});

it("figures have a real minus and a dash for nothing", () => {
  expect([score(-8.94), two(null), sharePoints(-0.05), range(null, 1, two)]).toEqual(["−8.9", "–", "−5.0", "–"]);
});

it("the items of one persona are asked for by its number", () => {
  const query = (text: string): unknown => itemQuery(itemFiltersOf(new URLSearchParams(text)), 0).persona_id;
  expect([query("persona=12"), query("persona=-1"), query("persona=x"), query("")]).toEqual([12, null, null, null]);
});
