import { describe, expect, it } from "vitest";
import fc from "fast-check";
import {
  extentOf,
  reachOf,
  stepErrors,
  stepsOf,
  suggestedSteps,
  windowOf,
} from "../../../src/features/forecasting/horizon";
import {
  commonRange,
  DEFAULT_SPLIT,
  isValid,
  partsOf,
  sizesOf,
  timeOf,
  withShare,
} from "../../../src/features/forecasting/split/split";
import { typedNumber } from "../../../src/features/forecasting/wire";

const STEPS = { inputs: 97, outputs: 97, width: 15, offset: 0 };

describe("the window of a series", () => {
  it("is the day before for an input and the day after for an output, unless its file says otherwise", () => {
    expect(windowOf({ bezeichnung: "load", type: "input" }, STEPS)).toMatchObject({ from: -24, to: 0, spacing: 15 });
    expect(windowOf({ bezeichnung: "load", type: "output" }, STEPS)).toMatchObject({ from: 0, to: 24, spacing: 15 });
    const own = { bezeichnung: "load", type: "input" as const, zeithorizont_start: -2, zeithorizont_end: 2 };
    expect(windowOf(own, { ...STEPS, inputs: 5 })).toMatchObject({ from: -2, to: 2, spacing: 60, points: 5 });
  });
  it("of a single point stands where its horizon begins", () => {
    const file = { bezeichnung: "x", type: "output" as const, zeithorizont_start: 6, zeithorizont_end: 9 };
    expect(windowOf(file, { ...STEPS, outputs: 1 })).toMatchObject({ from: 6, to: 6, spacing: null });
  });
  it("of a current value is the reference time alone, at every point the same", () => {
    const file = { bezeichnung: "x", type: "input" as const, datenform: "Aktueller Wert" };
    expect(windowOf(file, STEPS)).toMatchObject({ from: 0, to: 0, constant: true, points: 97 });
  });
  it("is drawn with the reference time in sight", () => {
    const late = windowOf({ bezeichnung: "x", type: "output", zeithorizont_start: 10, zeithorizont_end: 20 }, STEPS);
    const [low, high] = extentOf([late]);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(20);
  });
  it("reaches from the first point of all to the last", () => {
    const windows = [
      windowOf({ bezeichnung: "x", type: "input" }, STEPS),
      windowOf({ bezeichnung: "x", type: "output" }, STEPS),
    ];
    expect(reachOf(windows)).toBe(48);
    expect(reachOf([])).toBe(0);
  });
});

describe("time steps", () => {
  it("are read from text and numbers alike, and not at all while one is missing", () => {
    expect(stepsOf({ eingabe: "97", ausgabe: 24, zeitschrittweite: "15", offset: null })).toEqual({
      inputs: 97,
      outputs: 24,
      width: 15,
      offset: 0,
    });
    expect(stepsOf({ eingabe: "97", ausgabe: "", zeitschrittweite: "15" })).toBeNull();
    expect(stepsOf({})).toBeNull();
  });
  it("are refused as the server refuses them", () => {
    const good = { eingabe: "97", ausgabe: "97", zeitschrittweite: "15", offset: "0" };
    expect(stepErrors(good)).toEqual({});
    expect(stepErrors({ ...good, eingabe: "0", ausgabe: "4097" })).toEqual({ eingabe: "count", ausgabe: "count" });
    expect(stepErrors({ ...good, eingabe: "2,5" })).toEqual({ eingabe: "count" });
    expect(stepErrors({ ...good, offset: "15" })).toEqual({ offset: "offset" });
    expect(stepErrors({ ...good, zeitschrittweite: "x" })).toMatchObject({ zeitschrittweite: "width" });
  });
  it("that suit a series reach over a day on each side", () => {
    expect(suggestedSteps(15)).toMatchObject({ inputs: 97, outputs: 97, width: 15 });
    expect(suggestedSteps(60)).toMatchObject({ inputs: 25, width: 60 });
    const begin = (time: string): number => Date.parse(`2024-01-01T${time}Z`);
    expect(suggestedSteps(60, begin("05:00:00"))?.offset).toBe(0);
    expect(suggestedSteps(30, begin("00:07:00"))?.offset).toBe(7);
    expect(suggestedSteps(1440, begin("00:00:00"))?.offset).toBe(60); // reference times at midnight
    expect(suggestedSteps(0)).toBeNull();
    expect(suggestedSteps(0.1)).toBeNull();
  });
});

describe("a typed number", () => {
  it("may have a comma, may be empty, and is nothing else", () => {
    expect(typedNumber("1,5")).toBe(1.5);
    expect(typedNumber(" -3 ")).toBe(-3);
    expect(typedNumber("")).toBeNull();
    expect(typedNumber("1,000,000")).toBeNaN();
  });
});

describe("the split", () => {
  const HOUR = 3_600_000;
  const range: [number, number] = [0, 1000 * HOUR];

  it("leaves the rest to the test", () => {
    expect(withShare(DEFAULT_SPLIT, "trainPercentage", 60).testPercentage).toBe(20);
    expect(withShare(DEFAULT_SPLIT, "valPercentage", 12.5).testPercentage).toBe(17.5);
    expect(isValid(withShare(DEFAULT_SPLIT, "trainPercentage", 90))).toBe(false);
    expect(isValid({ ...DEFAULT_SPLIT, testPercentage: 11 })).toBe(false);
  });
  it("rounds sizes as the server does: halves to the even number, the rest for the test", () => {
    expect(sizesOf(45, DEFAULT_SPLIT)).toEqual([32, 9, 4]);
    expect(sizesOf(106_273, DEFAULT_SPLIT)).toEqual([74_391, 21_255, 10_627]);
    expect(sizesOf(36, DEFAULT_SPLIT)).toEqual([25, 7, 4]);
  });
  it("covers the whole range without a hole or an overlap", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 98 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 2000 }),
        (train, gap, reach) => {
          const rest = 99 - train;
          const split = { ...DEFAULT_SPLIT, trainPercentage: train, valPercentage: rest, testPercentage: 1, gap };
          const parts = partsOf(range, split, reach);
          expect(parts[0]!.from).toBe(range[0]);
          expect(parts.at(-1)!.to).toBe(range[1]);
          parts.slice(1).forEach((part, place) => expect(part.from).toBe(parts[place]!.to));
          for (const part of parts) expect(part.to).toBeGreaterThanOrEqual(part.from);
        },
      ),
      { numRuns: 60 },
    );
  });
  it("has no block that ends a hair before it begins, where a gap takes all of it", () => {
    const split = { ...DEFAULT_SPLIT, trainPercentage: 7, valPercentage: 92, testPercentage: 1 };
    for (const part of partsOf(range, split, 920)) expect(part.to).toBeGreaterThanOrEqual(part.from);
  });
  it("takes a gap from the end of a block, as long as a sample", () => {
    const parts = partsOf(range, DEFAULT_SPLIT, 48);
    expect(parts.map((part) => part.name)).toEqual(["train", "gap", "validation", "gap", "test"]);
    expect((parts[1]!.to - parts[1]!.from) / HOUR).toBe(48);
    expect(partsOf(range, { ...DEFAULT_SPLIT, gap: false }, 48).map((part) => part.name)).not.toContain("gap");
  });
  it("is drawn over the time that all series have", () => {
    const of = (utc_min: string | null, utc_max: string | null) => ({ utc_min, utc_max });
    const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
    expect(
      commonRange([
        of("2024-01-01 00:00:00", "2024-03-01 00:00:00"),
        of("2024-02-01T00:00:00Z", "2024-04-01 00:00:00"),
      ]),
    ).toEqual([day("2024-02-01"), day("2024-03-01")]);
    expect(commonRange([of("2024-01-01", "2024-01-02"), of("2024-02-01", "2024-02-02")])).toBeNull();
    expect(commonRange([of(null, null)])).toBeNull();
  });
  it("reads the server's times as UTC, whatever the zone of the browser", () => {
    expect(timeOf("2024-01-15 10:30:00")).toBe(Date.UTC(2024, 0, 15, 10, 30));
    expect(timeOf("2024-01-15T10:30:00+01:00")).toBe(Date.UTC(2024, 0, 15, 9, 30));
    expect(timeOf("later")).toBeNull();
  });
});
