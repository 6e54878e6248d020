/** Columns that are chosen, periods that are left out, and stored forecasts: what pages send and draw. */
import { describe, expect, it } from "vitest";
import {
  alsoAsOutput,
  choicesOf,
  chosenSeries,
  isFirstOfUpload,
} from "../../../src/features/forecasting/files/columns";
import { codesOf, codesText, optionsWithCodes } from "../../../src/features/forecasting/files/codes";
import { issueChoice, mayHoldForecasts, optionsWithIssue } from "../../../src/features/forecasting/files/issues";
import { findingsOf, unitOf } from "../../../src/features/forecasting/files/reading";
import { bandPath, bandsOf } from "../../../src/features/forecasting/files/picture";
import { faultOf, leftOut, periodsOf, timeAt, typedPeriod } from "../../../src/features/forecasting/split/periods";
import { partsOf, DEFAULT_SPLIT } from "../../../src/features/forecasting/split/split";
import type { SeriesFile } from "../../../src/features/forecasting/wire";

const COLUMNS = [
  { column: 1, name: "UTC", kind: "time" as const },
  { column: 2, name: "A", kind: "number" as const },
  { column: 3, name: "note", kind: "text" as const },
  { column: 4, name: null, kind: "number" as const },
];
const series = (column: number, name: string | null) => ({
  column,
  name,
  numeric_rows: 1,
  numeric_share: 100,
  min: 0,
  max: 1,
});
const file = (part: Partial<SeriesFile>): SeriesFile =>
  ({
    id: "a",
    type: "input",
    status: "ready",
    storage_path: "raw",
    seriesIndex: 0,
    importOptions: {},
    reading: { columns: COLUMNS, series: [series(2, "A")] },
    ...part,
  }) as SeriesFile;

describe("one of several series of an upload", () => {
  const reading = {
    series: [
      { ...series(2, "Load [MW]"), unit: "MW" },
      { ...series(3, "Air"), unit: null },
    ],
    findings: [
      { kind: "gap", column: null, message: "" },
      { kind: "missing_values", column: 2, message: "" },
    ],
  } as unknown as SeriesFile["reading"];
  const [load, air] = [0, 1].map((seriesIndex) => file({ seriesIndex, bezeichnung: "Renamed", reading }));

  it("has its own unit, whatever it is called now, and no finding about the column of another", () => {
    expect([unitOf(load!), unitOf(air!)]).toEqual([" MW", ""]);
    const kinds = [load!, air!].map((one) => findingsOf(one).map(({ kind }) => kind));
    expect(kinds).toEqual([["gap", "missing_values"], ["gap"]]);
  });
});

describe("columns of an upload", () => {
  const rows = [file({}), file({ id: "b", type: "output" }), file({ id: "c", storage_path: "other" })];

  it("are inputs, outputs, both or left out, and only those of numbers are offered", () => {
    const choices = choicesOf(rows[0]!, rows);
    expect(choices.map(({ key, name, input, output }) => [key, name, input, output])).toEqual([
      [2, "A", true, true],
      [4, "column 4", false, false],
    ]);
    expect(chosenSeries(choices)).toEqual([
      { type: "input", column: 2 },
      { type: "output", column: 2 },
    ]);
    expect(rows.map((row) => isFirstOfUpload(row, rows))).toEqual([true, false, true]);
  });

  it("are named where several series stand below each other", () => {
    const keyed = file({ seriesIndex: 1, reading: { series: [series(3, "north"), series(3, "south")] } });
    expect(alsoAsOutput(keyed, [keyed])).toEqual([
      { type: "input", name: "south" },
      { type: "output", name: "south" },
    ]);
  });
});

describe("periods to leave out", () => {
  const DAY = 86_400_000;
  const range: [number, number] = [0, 10 * DAY];
  const day = (number: number): string => new Date(number * DAY).toISOString();

  it("are joined where they overlap and cut to the range", () => {
    const periods = [
      { start: day(4), end: day(6) },
      { start: day(5), end: day(7) },
      { start: day(-3), end: day(1) },
      { start: day(20), end: day(21) },
    ];
    expect(leftOut(periods, range)).toEqual([
      [0, DAY],
      [4 * DAY, 7 * DAY],
    ]);
  });

  it("move the borders of blocks: shares are those of what is left", () => {
    expect(timeAt(0.5, range, [[0, 2 * DAY]])).toBe(6 * DAY);
    expect(timeAt(1, range, [[9 * DAY, 10 * DAY]])).toBe(10 * DAY);
    const split = { ...DEFAULT_SPLIT, gap: false, excluded_periods: [{ start: day(0), end: day(5) }] };
    expect(partsOf(range, split, 0).map((part) => part.to / DAY)).toEqual([8.5, 9.5, 10]);
  });

  it("are kept once both ends are there and in order", () => {
    const typed = { start: "2024-01-02T00:00", end: "2024-01-01T00:00", note: "" };
    expect([faultOf(typed), faultOf({ ...typed, end: "" })]).toEqual(["order", "needed"]);
    const good = { ...typed, end: "2024-01-03T12:30", note: "outage" };
    const [kept] = periodsOf([typed, good]);
    expect(kept).toEqual({ start: "2024-01-02T00:00:00Z", end: "2024-01-03T12:30:00Z", note: "outage" });
    expect(typedPeriod(kept!)).toEqual(good);
  });
});

describe("stored forecasts", () => {
  it("are asked about where a file has a second column of times", () => {
    const two = [...COLUMNS, { column: 5, name: "issued", kind: "time" as const }];
    expect(mayHoldForecasts(file({}))).toBe(false);
    expect(mayHoldForecasts(file({ reading: { columns: two } }))).toBe(true);
  });

  it("have one column of issue: another choice replaces it", () => {
    const options = optionsWithIssue({ timezone: "UTC", lead_column: 2, series_key: "x" }, "issue:5");
    expect(options).toEqual({ timezone: "UTC", issue_column: 5 });
    expect(issueChoice(options)).toBe("issue:5");
    expect(optionsWithIssue(options, "none")).toEqual({ timezone: "UTC" });
  });
});

it("a picture is broken where a series has no values", () => {
  const drawn = {
    utc_min: "2024-01-01 00:00:00",
    utc_max: "2024-01-01 04:00:00",
    zeitschrittweite: 15,
    overview: { low: [1, 2, null, 3], high: [2, 3, null, 4], counts: [1] },
  };
  const bands = bandsOf(drawn);
  expect(bands.map((band) => [band.low, band.high])).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
  ]);
  const pieces = (some: typeof bands): number => {
    const path = bandPath(
      some,
      (at) => at,
      (value) => value,
    );
    return path.match(/M/g)?.length ?? 0;
  };
  expect(pieces(bands)).toBe(2);
  expect(pieces(bandsOf({ ...drawn, zeitschrittweite: 90 }))).toBe(1);
});

describe("the numbers that stand for no value", () => {
  it("are typed with semicolons, each once, with either decimal mark and minus sign", () => {
    expect(codesOf(" -999; 9999 −999;-99,9 ")).toEqual([-999, 9999, -99.9]);
    expect(codesOf("")).toEqual([]);
    expect(codesOf("-999; none")).toBeNull();
    expect(codesOf(Array.from({ length: 21 }, (_, n) => n).join(";"))).toBeNull();
  });
  it("are an import option, which is left out without any", () => {
    expect(codesText({ missing_codes: [-999, 1.5] })).toBe("-999; 1.5");
    expect(optionsWithCodes({ decimal: "," }, [-999])).toEqual({ decimal: ",", missing_codes: [-999] });
    expect(optionsWithCodes({ decimal: ",", missing_codes: [-999] }, [])).toEqual({ decimal: "," });
  });
});
