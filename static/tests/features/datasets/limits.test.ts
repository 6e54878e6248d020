import { describe, expect, it } from "vitest";

import { classesBetween, parsedLimits } from "../../../src/lib/dataset";

describe("limits between the classes of a target of measurements", () => {
  it("are read with either mark before decimals", () => {
    expect(parsedLimits("7,5; 10")).toEqual([7.5, 10]);
    expect(parsedLimits(" -2 0.5 ")).toEqual([-2, 0.5]);
    expect(parsedLimits("")).toEqual([]);
  });

  it("must be numbers that rise", () => {
    for (const wrong of ["7; 7", "10; 7", "seven", "1e999"]) expect(parsedLimits(wrong)).toBeNull();
  });

  it("name the classes as the server does", () => {
    expect(classesBetween([7, 10])).toEqual(["<7", "7 … <10", "≥10"]);
    expect(classesBetween([6.5])).toEqual(["<6.5", "≥6.5"]);
    expect(classesBetween([])).toEqual([]);
  });
});
