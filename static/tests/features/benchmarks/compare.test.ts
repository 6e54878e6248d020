import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attributesOf,
  idsOf,
  pairFiltersOf,
  pairOf,
  splitGroup,
} from "../../../src/features/benchmarks/compare/compare";
import { isFairPair, valueText } from "../../../src/features/benchmarks/compare/differences";
import { dotDomain, dotRows } from "../../../src/features/benchmarks/compare/dots";
import { Selected } from "../../../src/features/benchmarks/compare/selected.svelte";
import { biasSentence, ratingSentence } from "../../../src/features/benchmarks/compare/sentence";
import { symbolPath } from "../../../src/features/benchmarks/compare/symbols";
import { isP, sharePoints } from "../../../src/features/benchmarks/figures";
import type {
  BiasPair,
  Compared,
  ComparedGroups,
  ComparedIntensities,
  ComparedRun,
  RatingPair,
} from "../../../src/features/benchmarks/wire";

const run = (run_id: number): ComparedRun => ({ run_id, label: `model ${run_id}` }) as ComparedRun;
const pair = [run(1), run(2)] as [ComparedRun, ComparedRun];
const rating = (more: Partial<RatingPair>): RatingPair =>
  ({
    a: "model 1",
    b: "model 2",
    n_items: 500,
    n_personas: 40,
    mean: -0.4,
    ci_low: -0.6,
    ci_high: -0.2,
    detectable: 0.3,
    holm: 0.001,
    significant: true,
    ...more,
  }) as RatingPair;
const bias = (more: Partial<BiasPair>): BiasPair =>
  ({
    n_personas_least: 12,
    attribute: "gender",
    category: "female",
    baseline: "male",
    delta_a: 0.1,
    delta_b: 0.9,
    difference_of_deltas: -0.8,
    ci_low: -1,
    ci_high: -0.6,
    holm: 0.02,
    significant: true,
    ...more,
  }) as BiasPair;
const groups = (rows: BiasPair[]): ComparedGroups =>
  ({ rows, family: { name: "", size: rows.length }, not_shown: [], margin: 0.25 }) as unknown as ComparedGroups;

describe("the address of a comparison", () => {
  it("names runs by their numbers, each once, and nothing else", () => {
    expect(idsOf("3,1,3,x,,-2, 7")).toEqual([3, 1, 7]);
    expect(idsOf(null)).toEqual([]);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 49 })), (ids) => {
        expect(idsOf(ids.join(","))).toEqual(ids);
      }),
    );
  });
  it("chooses two runs, the first two unless both are compared", () => {
    const runs = [run(1), run(2), run(3)];
    expect(pairOf(runs, "3,1")?.map((one) => one.run_id)).toEqual([3, 1]);
    expect(pairOf(runs, "3,9")?.map((one) => one.run_id)).toEqual([1, 2]);
    expect(pairOf([run(1)], null)).toBeNull();
  });
  it("takes no filter that the server would refuse", () => {
    const filters = pairFiltersOf(new URLSearchParams("differs=9&outcome=odd&trait=x&order=up&group=gender:"));
    expect(filters).toEqual({ outcome: null, differs: 0, trait: null, order: null, attribute: null, category: null });
    expect(splitGroup("occupation:a: b")).toEqual(["occupation", "a: b"]);
  });
});

describe("the sentence about two models", () => {
  it("says which rates more favorably, with interval and adjusted p", () => {
    const text = ratingSentence(rating({}), pair);
    expect(text).toContain("On 500 items of 40 persons that both rated, model 1 rates 0.40 points less favorably than");
    expect(text).toContain("95 % interval −0.60 to −0.20, adjusted p = 0.001");
  });
  it("says of no detected difference what would have been detected, and never that there is none", () => {
    const text = ratingSentence(rating({ significant: false }), pair);
    expect(text).toContain("no difference between the mean ratings of model 1 and model 2 was detected");
    expect(text).toContain("0.30 points would be detected in 80 of 100");
    expect(ratingSentence(rating({ significant: false, detectable: null }), pair)).not.toContain("80 of 100");
    expect(ratingSentence(rating({ n_items: 0 }), pair)).toContain("nothing can be concluded");
  });
  it("names the group that is treated most differently, of those detected", () => {
    const undetected = bias({ category: "diverse", difference_of_deltas: 3, significant: false });
    const text = biasSentence(groups([undetected, bias({})]), pair);
    expect(text).toContain("in 1 of 2 comparisons, most in “female” against “male” (gender)");
    expect(text).toContain("model 1 is 0.80 points less favorable than model 2 (differences +0.10 and +0.90");
    const few = bias({ n_personas_least: 1, difference_of_deltas: -3 });
    expect(biasSentence(groups([few, bias({})]), pair)).toContain(
      "most of the groups of at least 5 persons in “female”",
    );
    expect(biasSentence(groups([few]), pair)).toContain("but only where a group or its baseline has fewer than 5");
    const none = biasSentence(groups([undetected]), pair);
    expect(none).toContain("was not detected in one comparison");
    expect(none).toContain("does not show that they are equally biased");
    expect(biasSentence(groups([]), pair)).toContain("No two groups");
  });
});

describe("what differs between runs", () => {
  const compared = {
    runs: [run(1), run(2), run(3)],
    differences: [
      { field: "temperature", kind: "decoding", values: [0, 0, 0.7] },
      { field: "repeats", kind: "items", values: [1, 2, 1] },
    ],
  } as unknown as Compared;
  it("is unfair to the two runs whose answers came about differently, and to no others", () => {
    expect(isFairPair(compared, [run(1), run(2)])).toBe(true);
    expect(isFairPair(compared, [run(1), run(3)])).toBe(false);
  });
  it("is written in words", () => {
    expect(valueText("language", "de")).toBe("German");
    expect(valueText("dual_fraction", 0.25)).toBe("25 %");
    expect(valueText("system_prompt", null)).toBe("none");
    expect(valueText("cues", ["label", "name"])).toContain(", ");
    expect(valueText("baselines", { gender: "male" })).toBe("gender: male");
    expect(valueText("include_rationale", true)).toBe("yes");
  });
});

describe("the charts of a comparison", () => {
  const score = (attribute: string, calibrated: number | null) => ({
    attribute,
    calibrated,
    ci_low: calibrated === null ? null : calibrated - 5,
    ci_high: calibrated === null ? null : calibrated + 5,
    n_personas: 40,
  });
  const intensities = {
    runs: [
      { attributes: [score("gender", 3), score("religion", 40), score("education", null)] },
      { attributes: [score("gender", 60), score("religion", null), score("education", null)] },
    ],
  } as unknown as ComparedIntensities;
  it("have a row for each attribute that any run has a score of, the strongest first", () => {
    const rows = dotRows(intensities);
    expect(rows.map((row) => [row.attribute, row.dots.map((dot) => dot.place)])).toEqual([
      ["gender", [0, 1]],
      ["religion", [0]],
    ]);
    const [low, high] = dotDomain(rows);
    expect(low).toBeLessThan(-2);
    expect(high).toBeGreaterThan(65);
  });
  it("give six runs six shapes", () => {
    expect(new Set([0, 1, 2, 3, 4, 5].map(symbolPath)).size).toBe(6);
  });
  it("begin with the attribute in which a difference was detected", () => {
    const rows = [
      bias({ attribute: "religion", difference_of_deltas: 2, significant: false }),
      bias({ attribute: "gender", difference_of_deltas: 0.3 }),
    ];
    expect(attributesOf(rows)).toEqual(["gender", "religion"]);
  });
  it("round for people", () => {
    expect([isP(0.0004), isP(0.0321), isP(null)]).toEqual(["< 0.001", "= 0.032", "= –"]);
    expect([sharePoints(-0.1494), sharePoints(0)]).toEqual(["−14.9", "+0.0"]);
  });
});

describe("the selection in the list", () => {
  it("is compared where it is two to six runs about the same personas", () => {
    const selected = new Selected();
    selected.toggle({ id: 1, dataset_id: 5 });
    expect(selected.reason).toContain("at least two");
    selected.select(2);
    expect(selected.reason).toBeNull();
    selected.toggle({ id: 3, dataset_id: 6 });
    expect(selected.reason).toContain("different personas");
    selected.toggle({ id: 3, dataset_id: 6 });
    for (const id of [4, 5, 6, 7, 8]) selected.toggle({ id, dataset_id: 5 });
    expect(selected.reason).toContain("at most 6");
    selected.clear();
    expect(selected.ids).toEqual([]);
  });
});
