import { describe, expect, it } from "vitest";
import { filtersOf, isFiltered, queryOf } from "../../../src/features/benchmarks/filters";
import { itemFiltersOf, itemQuery, placeAfter } from "../../../src/features/benchmarks/items/items";
import { planOf } from "../../../src/features/benchmarks/new/plan";
import { numberIn, numbersOf, TYPED } from "../../../src/features/benchmarks/new/settings";
import { categoriesOf } from "../../../src/features/benchmarks/new/traits";
import type { Trait } from "../../../src/features/benchmarks/wire";

describe("the plan of a run", () => {
  it("asks every pair once and a share of them twice, in each variant", () => {
    expect(planOf(12, 5, 0.2, 1)).toEqual({ pairs: 60, items: 72 });
    expect(planOf(12, 5, 0.2, 6).items).toBe(432);
    expect(planOf(3, 3, 0.5, 1).items).toBe(13); // 4.5 pairs are 4
  });
  it("reads a share as the decimal number that was typed", () => {
    expect(planOf(10, 10, 0.29, 1).items).toBe(129); // 0.29 · 100 is 28.999… in floats
  });
});

describe("typed settings", () => {
  it("read a comma as a point, and nothing as nothing", () => {
    expect([numberIn("0,25"), numberIn(" 3 "), numberIn("")]).toEqual([0.25, 3, null]);
  });
  it("make per cent a share and leave limits out that are empty", () => {
    const { body, errors } = numbersOf({ ...TYPED, dual_percent: "29" });
    expect(body).toMatchObject({ dual_fraction: 0.29, equivalence_margin: 0.25, repeats: 1 });
    expect(body).not.toHaveProperty("cost_limit");
    expect(errors).toEqual({});
  });
  it("name the field of what is no number", () => {
    const { errors } = numbersOf({ ...TYPED, dual_percent: "half", repeats: "", cost_limit: "x" });
    expect(Object.keys(errors).sort()).toEqual(["cost_limit", "dual_fraction", "repeats"]);
  });
});

describe("traits and filters", () => {
  it("have those without a category last", () => {
    const trait = (id: number, category: string | null): Trait => ({ id, category }) as Trait;
    const groups = categoriesOf([trait(1, null), trait(2, "warmth"), trait(3, "competence"), trait(4, "warmth")]);
    expect(groups.map((one) => [one.category, one.traits.length])).toEqual([
      ["competence", 1],
      ["warmth", 2],
      ["Unknown", 1],
    ]);
  });
  it("take from an address what is a filter, and nothing else", () => {
    const filters = filtersOf(new URLSearchParams("q=%20bias%20&state=done&dataset=-4&model=tiny"));
    expect(filters).toEqual({ q: "bias", state: null, model: "tiny", dataset: null, rationale: null, prompt: null });
    expect(isFiltered(filters)).toBe(true);
    expect(isFiltered(filtersOf(new URLSearchParams("offset=50")))).toBe(false);
    expect(queryOf(filtersOf(new URLSearchParams("dataset=7")))).toMatchObject({ dataset_id: 7 });
  });
});

describe("the browser of items", () => {
  it("asks for ratings of answered items only", () => {
    const query = (text: string): unknown => itemQuery(itemFiltersOf(new URLSearchParams(text)), 50);
    expect(query("rating=4&order=rev&text=kind")).toMatchObject({
      outcome: "answered",
      rating: 4,
      scale_order: "rev",
      text: "kind",
      offset: 50,
    });
    expect(query("outcome=failed&rating=4&order=x")).toMatchObject({
      outcome: "failed",
      rating: null,
      scale_order: null,
    });
  });
  it("is walked through with the arrow keys, and stops at its ends", () => {
    expect(["ArrowDown", "k", "Home", "End"].map((key) => placeAfter(key, 2, 5))).toEqual([3, 1, 0, 4]);
    expect([placeAfter("j", 4, 5), placeAfter("ArrowUp", 0, 5), placeAfter("Enter", 1, 5)]).toEqual([4, 0, null]);
  });
});
