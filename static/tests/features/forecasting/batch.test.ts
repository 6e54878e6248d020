import { describe, expect, it } from "vitest";
import {
  batchCsv,
  predictionsCsv,
  stepPanel,
  timesOf,
  windowsOf,
  type Batch,
} from "../../../src/features/forecasting/predict/batch";
import { forecastPanel } from "../../../src/features/forecasting/predict/forecast";

const output = (at: string, values: number[]) => ({
  times: [`${at}T01:00:00Z`, `${at}T02:00:00Z`],
  values,
  lower: values.map((value) => value - 1),
  upper: values.map((value) => value + 1),
  interval: null,
});
const batch: Batch = {
  model_used: "LIN_1.zip",
  windows: [
    { reference_time: "2024-01-01T00:00:00Z", outputs: { "a, b": output("2024-01-01", [5, 6]) }, truth: { "a, b": [4, 7] }, missing: [] },
    { reference_time: "2024-01-02T00:00:00Z", outputs: { "a, b": output("2024-01-02", [8, 9]) }, truth: null, missing: [] },
    { reference_time: "2024-01-03T00:00:00Z", outputs: {}, truth: null, missing: [{ label: "a", count: 2 }] },
  ],
  errors: {},
}; // prettier-ignore

describe("times of a file", () => {
  it("are at the head of each line, below a header, with or without a zone", () => {
    expect(timesOf("UTC;load\n2024-01-01 00:00:00;5\n\n2024-01-02T00:00:00Z\n")).toEqual([
      "2024-01-01T00:00:00.000Z",
      "2024-01-02T00:00:00.000Z",
    ]);
  });
  it("name the first line that has none", () => {
    expect(timesOf("2024-01-01\nnever\n")).toEqual({ line: 2 });
  });
});

describe("windows of a file", () => {
  it("are as many lines each as a window has steps", () => {
    expect(windowsOf("a,b\n1,2\n3,4\n5,6\n7,8\n", 2)).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]);
  });
  it("name the line that is no row of numbers, or where the last window breaks off", () => {
    expect(windowsOf("a,b\n1,2\n3,x\n", 2)).toEqual({ line: 3 });
    expect(windowsOf("a,b\n1,2\n", 2)).toEqual({ line: 2 });
    expect(windowsOf("a,b\n", 2)).toEqual({ line: 1 });
  });
});

describe("a batch", () => {
  it("is a line over the times of one step, beside what was measured then", () => {
    const [forecast, measured] = stepPanel(batch, "a, b", 1).lines;
    expect([forecast!.steps, forecast!.values, forecast!.min]).toEqual([
      [2, 26],
      [6, 9],
      [5, 8],
    ]);
    expect(measured!.values).toEqual([7, null]);
  });
  it("is a file of a row per window, output and step, and empty where nothing is known", () => {
    const lines = batchCsv(batch).trimEnd().split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[1]).toBe('2024-01-01T00:00:00Z,"a, b",1,2024-01-01T01:00:00Z,5,4,6,4');
    expect(lines[4]).toBe('2024-01-02T00:00:00Z,"a, b",2,2024-01-02T02:00:00Z,9,8,10,');
    expect(predictionsCsv(["a"], [[[1], [2]]])).toBe("window,step,a\n1,1,1\n1,2,2\n");
  });
});

describe("a forecast", () => {
  it("has the newest truth in its chart, on the same hours", () => {
    const measured = { times: ["2023-12-31T23:00:00Z", "2024-01-01T01:00:00Z"], values: [3, 4] };
    const panel = forecastPanel("load", output("2024-01-01", [5, 6]), "2024-01-01T00:00:00Z", measured);
    expect(panel.lines.map((line) => line.steps)).toEqual([
      [1, 2],
      [-1, 1],
    ]);
    expect(forecastPanel("load", output("2024-01-01", [5, 6]), "2024-01-01T00:00:00Z").lines).toHaveLength(1);
  });
});
