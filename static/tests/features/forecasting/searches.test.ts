import { describe, expect, it } from "vitest";
import { faultOf, newChoice, settingsOf, startingFrom } from "../../../src/features/forecasting/training/families";
import { shownSettings } from "../../../src/features/forecasting/training/familytexts";
import {
  fixedFields,
  ranked,
  rangeFault,
  sentSpace,
  typedRange,
  withoutSearched,
  type Dimension,
  type Trial,
} from "../../../src/features/forecasting/training/searches";
import type { Family, ModelField } from "../../../src/features/forecasting/wire";

const field = (wire: string, more: Partial<ModelField>): ModelField =>
  ({
    ...{ name: wire, wire, type: "integer", label: wire, help: "", default: 3, nullable: false, advanced: false },
    ...{ odd: false, ...more },
  }) as ModelField;
const DENSE: Family = {
  mode: "Dense",
  label: "Dense network",
  about: "",
  fields: [
    field("LAY", { minimum: 1, maximum: 16 }),
    field("N", { minimum: 1, maximum: 4096, default: 512 }),
    field("ACTF", { type: "choice", choices: ["relu", "tanh"], default: "relu" }),
    field("batch_size", { minimum: 1, maximum: 4096, default: 32 }),
    field("learning_rate", { type: "number", minimum: 1e-7, maximum: 1, default: 0.001 }),
  ],
};
const N: Dimension = { name: "N", kind: "integer", low: 32, high: 1024, log: true };
const ACTF: Dimension = { name: "ACTF", kind: "choice", choices: ["relu", "tanh"] };
const BATCH: Dimension = { name: "batch_size", kind: "choice", choices: [16, 32] };

describe("the ranges of a search", () => {
  it("are sent as they were typed, without those that stay fixed", () => {
    const typed = {
      N: { ...typedRange(N), low: " 8 " },
      ACTF: { ...typedRange(ACTF), searched: false },
      batch_size: { ...typedRange(BATCH), choices: "8; 16 ;" },
    };
    expect(sentSpace([N, ACTF, BATCH], typed)).toEqual([
      { name: "N", low: 8, high: 1024 },
      { name: "batch_size", choices: [8, 16] },
    ]);
    expect(fixedFields(DENSE, typed).map((one) => one.wire)).toEqual(["LAY", "ACTF", "learning_rate"]);
    const choice = { ...newChoice("Dense"), values: { N: "7", LAY: "2" } };
    expect(withoutSearched(choice, typed).values).toEqual({ LAY: "2" });
  });
  it("are faulty outside of what the setting takes, from high to low, and where a value is none", () => {
    expect(rangeFault(DENSE, N, typedRange(N))).toBeNull();
    expect(rangeFault(DENSE, N, { ...typedRange(N), low: "0" })).toEqual({ kind: "low", bound: 1 });
    expect(rangeFault(DENSE, N, { ...typedRange(N), low: "2000" })).toEqual({ kind: "low", bound: 2000 });
    expect(rangeFault(DENSE, N, { ...typedRange(N), high: "" })).toEqual({ kind: "number" });
    expect(rangeFault(DENSE, ACTF, { ...typedRange(ACTF), choices: "relu; sinus" })).toEqual({ kind: "choice" });
    expect(rangeFault(DENSE, BATCH, { ...typedRange(BATCH), choices: " " })).toEqual({ kind: "choice" });
    expect(rangeFault(DENSE, BATCH, { ...typedRange(BATCH), choices: "8; x" })).toEqual({ kind: "number" });
    expect(rangeFault(DENSE, N, { ...typedRange(N), low: "x", searched: false })).toBeNull();
  });
  it("know that a bound that the server leaves empty is none", () => {
    const depth = { ...field("depth", { minimum: -1, maximum: 64 }), above: null } as unknown as ModelField;
    expect(faultOf(depth, "-1")).toBeNull();
    expect(faultOf(depth, "-2")).toEqual({ kind: "low", bound: -1 });
  });
});

describe("the trials of a search", () => {
  it("stand by the error of their models, the others below by number", () => {
    const trial = (number: number, value: number | null): Trial => ({ number, value }) as unknown as Trial;
    const places = ranked([trial(1, null), trial(2, 0.4), trial(3, 0.2), trial(4, 0.4), trial(5, null)]);
    expect(places.map(({ trial: one, rank }) => [one.number, rank])).toEqual([
      [3, 1],
      [2, 2],
      [4, 3],
      [1, null],
      [5, null],
    ]);
  });
});

describe("a model that starts from an earlier one", () => {
  it("takes over the architecture and nothing else", () => {
    const earlier = { run_id: 7, name: "a", mode: "Dense", settings: { LAY: 3, N: 64, ACTF: "tanh", batch_size: 8 } };
    const choice = startingFrom({ ...newChoice("Dense"), values: { LAY: "5", N: "9" } }, DENSE, earlier);
    expect(settingsOf(DENSE, choice)).toEqual({ MODE: "Dense", N: 64, ACTF: "tanh", start_from: 7 });
  });
});

describe("the settings of a model on the leaderboard", () => {
  it("are those that are not the defaults, by the names of their fields", () => {
    const family = { ...DENSE, fields: DENSE.fields.map((one) => ({ ...one, label: `the ${one.wire}` })) };
    const model = { mode: "Dense", settings: { MODE: "Dense", LAY: 1, N: 512, learning_rate: 0.25, later: 2 } };
    expect(shownSettings(model, family)).toBe("the LAY 1, the learning_rate 0.2500, later 2");
  });
});
