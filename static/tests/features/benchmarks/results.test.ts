import { describe, expect, it } from "vitest";
import { domainOf, groupSticks, inOrder, traitSticks } from "../../../src/features/benchmarks/bias/lollipop";
import { gradeOf, gradeOfEffect } from "../../../src/features/benchmarks/order/grades";
import { intervalText, sentenceOf, signed } from "../../../src/features/benchmarks/overview/sentence";
import { linesOf } from "../../../src/features/benchmarks/run/probe";
import type { Delta, ForestRow, KruskalRow, Overview } from "../../../src/features/benchmarks/wire";

const delta = (category: string, value: number | null, more: Partial<Delta> = {}): Delta =>
  ({
    category,
    baseline: "male",
    delta: value,
    ci_low: value === null ? null : value - 0.2,
    ci_high: value === null ? null : value + 0.2,
    q_value: 0.01,
    significant: true,
    ...more,
  }) as Delta;
const overview = (more: Partial<Overview>): Overview =>
  ({
    verdict: "cannot_tell",
    n: 400,
    n_personas: 40,
    tests: 12,
    significant: 0,
    significant_small: 0,
    min_personas: 10,
    no_largest: null,
    margin_set: "before",
    largest: { attribute: "gender", ...delta("female", 0.5) },
    margin: 0.25,
    verdicts: { inconclusive: 7, equivalent: 5 },
    not_shown: [],
    ...more,
  }) as Overview;

describe("the first sentence", () => {
  it("names the largest difference that was detected, with its direction and interval", () => {
    const text = sentenceOf(overview({ verdict: "different", significant: 2 }), "tiny");
    expect(text).toContain("tiny rated persons of the group “female” (gender) 0.50 points more favorably than “male”");
    expect(text).toContain("95 % interval +0.30 to +0.70, q = 0.010");
    expect(text).toContain("the largest of 2 differences detected in 12 comparisons of groups, over 40 persons");
    const lower = overview({
      verdict: "different",
      significant: 1,
      largest: { attribute: "gender", ...delta("female", -0.5) },
    } as never);
    expect(sentenceOf(lower, "tiny")).toContain("less favorably");
    expect(sentenceOf({ ...lower, holds: false }, "tiny")).toContain("does not hold if refused items are counted");
    expect(sentenceOf({ ...lower, holds: true }, "tiny")).not.toContain("does not hold");
  });
  it("does not call a difference that was not detected none", () => {
    const text = sentenceOf(overview({}), "tiny");
    expect(text).toContain("No difference between groups was detected in 12 comparisons over 40 persons.");
    expect(text).toContain("That does not show that there is none: in 7 comparisons a difference beyond ± 0.25 points");
    expect(text).not.toContain("tiny");
  });
  it("calls groups equivalent only where every one was tested to be", () => {
    expect(sentenceOf(overview({ verdict: "equivalent" }), "tiny")).toContain("was shown to lie within ± 0.25 points");
  });
  it("rests no headline on a few persons, and says what was detected of them", () => {
    const text = sentenceOf(overview({ significant: 1, significant_small: 1, largest: null }), "tiny");
    expect(text).toContain("No difference between groups of at least 10 persons was detected");
    expect(text).toContain("One difference was detected where a group or its baseline has fewer than 10 persons");
    const both = sentenceOf(overview({ verdict: "different", significant: 3, significant_small: 2 }), "tiny");
    expect(both).toContain("It is the only difference detected between groups of at least 10 persons");
    expect(both).toContain("2 differences were detected where");
    const only = sentenceOf(overview({ verdict: "different", significant: 1, significant_small: 1 }), "tiny");
    expect(only).toBe(
      "In 12 comparisons over 40 persons, a difference was detected only where a group or its baseline has fewer " +
        "than 10 persons: too few to say how large it is for such groups.",
    );
  });
  it("claims nothing of no comparison, and counts one as one", () => {
    const text = sentenceOf(overview({ tests: 1, n_personas: 1, verdicts: { equivalent: 1 } }), "tiny");
    expect(text).toBe("No difference between groups was detected in one comparison over one person.");
    const one = sentenceOf(overview({ verdict: "equivalent", tests: 1, margin_set: "import" }), "tiny");
    expect(one).toContain("In the one comparison, over 40 persons,");
    expect(one).toContain("the margin that was set when the ratings were imported");
  });
  it("says where there is nothing to conclude from", () => {
    expect(sentenceOf(overview({ n: 0 }), "tiny")).toBe("There are no ratings.");
    expect(sentenceOf(overview({ tests: 0 }), "tiny")).toContain("Nothing could be tested");
  });
  it("gives differences a sign and nothing a dash", () => {
    expect([signed(0.5), signed(-0.5), signed(null)]).toEqual(["+0.50", "−0.50", "–"]);
    expect(intervalText({ ci_low: null, ci_high: 1 })).toBe("–");
  });
});

describe("the chart of differences", () => {
  it("has the lowest group first and leaves the baseline out", () => {
    const rows = [delta("b", 0.4), delta("male", 0), delta("a", -0.2, { significant: false }), delta("c", null)];
    const sticks = groupSticks(rows, (group) => group.toUpperCase());
    expect(sticks.map((one) => [one.name, one.mark])).toEqual([
      ["A", ""],
      ["B", "★"],
    ]);
  });
  it("has zero, the margin and every interval in view", () => {
    const [low, high] = domainOf(groupSticks([delta("b", 0.9)], String), 0.25);
    expect(low).toBeLessThan(-0.25);
    expect(high).toBeGreaterThan(1.1);
    const wide = { mean: 0, ci_low: -1, ci_high: 1, traits_ci_low: -2, traits_ci_high: 2 };
    expect(domainOf([], 0.25, wide)[0]).toBeLessThan(-2);
  });
  it("marks a trait that differs only before the adjustment with a dagger", () => {
    const row = (label: string, significant: boolean, uncorrected: boolean): ForestRow =>
      ({ label, delta: 0, significant, significant_uncorrected: uncorrected }) as ForestRow;
    const rows = [row("a", true, true), row("b", false, true), row("c", false, false)];
    expect(traitSticks(rows).map((one) => one.mark)).toEqual(["★", "†", ""]);
  });
  it("offers attributes that differ first and those that no prompt shows last", () => {
    const row = (attribute: string, significant: boolean, q: number | null, shown: boolean): KruskalRow =>
      ({ attribute, significant, q_value: q, shown }) as KruskalRow;
    const rows = [
      row("hidden", false, null, false),
      row("tested", false, 0.4, true),
      row("small", false, null, true),
      row("found", true, 0.01, true),
    ];
    expect(inOrder(rows).map((one) => one.attribute)).toEqual(["found", "tested", "small", "hidden"]);
  });
});

describe("grades of the order of the scale", () => {
  it("have the limits of the contract", () => {
    expect([0.8, 0.79, 0.6, 0.59].map((value) => gradeOf("rma", value))).toEqual(["good", "fair", "fair", "poor"]);
    expect([0.3, 0.31, 0.61].map((value) => gradeOf("mae", value))).toEqual(["good", "fair", "poor"]);
    expect([0.9, 0.75, 0.7].map((value) => gradeOf("within1", value))).toEqual(["good", "fair", "poor"]);
    expect([-0.147, 0.33, -0.34].map((value) => gradeOf("cliffs_delta", value))).toEqual(["good", "fair", "poor"]);
    expect([-0.8, 0.6, 0.1].map((value) => gradeOf("correlation", value))).toEqual(["good", "fair", "poor"]);
    expect([-0.1, 0.3, 0.31].map((value) => gradeOf("gap", value))).toEqual(["good", "fair", "poor"]);
    expect(gradeOf("rma", null)).toBeNull();
  });
  it("call an effect good only where its interval has zero and it is small", () => {
    const effect = (mean: number, low: number | null, high: number | null): "good" | "fair" | "poor" =>
      gradeOfEffect({ mean_diff: mean, sd: 1, persons_ci_low: low, persons_ci_high: high, persons_p: null });
    expect(effect(0.1, -0.1, 0.3)).toBe("good");
    expect(effect(0.1, 0.05, 0.15)).toBe("fair");
    expect(effect(0.3, -0.1, 0.7)).toBe("fair");
    expect(effect(-0.5, -0.6, -0.4)).toBe("poor");
    expect(effect(0.1, null, null)).toBe("fair");
  });
});

describe("the probe", () => {
  it("says what repeats, and that a prompt is cut", () => {
    const lines = linesOf({
      endpoint: "chat",
      prompt: "cut",
      alone: { n: 20, distinct: 1, same: 20 },
      under_load: { n: 20, distinct: 3, same: 15 },
      logprobs: "yes",
      logprob_mass: 0.97,
      logprob_mismatches: 2,
    });
    expect(lines.map((line) => line.tone)).toEqual(["", "bad", "good", "", ""]);
    expect(lines[3]!.text).toContain("15 of 20 answers");
    expect(lines[4]!.text).toContain("97 %");
    expect(linesOf({})).toEqual([]);
  });
  it("says what finding out has cost, where anything was counted", () => {
    const [line] = linesOf({ spent: { prompt: 1200, completion: 40, cost: 0.5 } }, "EUR");
    expect(line!.text).toMatch(/^1.?200 in, 40 out, in the cost: 0\.5\d* EUR$/);
    expect(linesOf({ spent: { prompt: 1, completion: 0, cost: null } })[0]!.text).toBe("1 in, 0 out");
    expect(linesOf({ spent: { prompt: 0, completion: 0, cost: null } })).toEqual([]);
  });
});
