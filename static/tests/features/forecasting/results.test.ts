import { describe, expect, it } from "vitest";
import { domainOf, halvesOf, reasonText, type Violin } from "../../../src/features/forecasting/data/datasets";
import {
  cautionTexts,
  coveragePanel,
  firstMetric,
  leadPanel,
  leadTimes,
  levelPanel,
  levelsOf,
} from "../../../src/features/forecasting/evaluation/tables";
import { answersTo, inOrder, needsALook, offersFor, placeOf } from "../../../src/features/forecasting/files/reading";
import { changesOf, faultsOf, typedOf } from "../../../src/features/forecasting/files/settings";
import { forecastPanel, rowsOf, seriesOf } from "../../../src/features/forecasting/predict/forecast";
import { panelsOf, type Samples } from "../../../src/features/forecasting/samples/samples";
import { curvePanels } from "../../../src/features/forecasting/training/curves";
import {
  chosenFrom,
  faultOf,
  isFaultless,
  newChoice,
  settingsOf,
} from "../../../src/features/forecasting/training/families";
import { baselineSkill, bestOf, leaderboard } from "../../../src/features/forecasting/training/leaderboard";
import type {
  CloserLook,
  Evaluation,
  Family,
  Model,
  ModelField,
  SeriesFile,
} from "../../../src/features/forecasting/wire";

const model = (run_id: number, status: Model["status"], skill?: number): Model =>
  ({
    run_id,
    status,
    mode: "LIN",
    settings: {},
    summary: skill === undefined ? null : { metrics: { skill, mae: 1 - skill }, sizes: {} },
  }) as unknown as Model;
const table = (mae: number[]) => ({ "delta [min]": [15, 30], MAE: mae, RMSE: mae });
const EVALUATION: Evaluation = {
  df_eval: { load: table([1, 0.9]) },
  df_eval_ts: { load: { "15.0": { MAE: [0.8, 1.2] }, "30.0": { MAE: [1] } } },
  baselines: {
    naive: { df_eval: { load: table([8, 7]) } },
    seasonal_naive: { df_eval: { load: table([4, 3]) }, seasonal_mase: { load: 1.1 } },
  },
  season: { load: 96 },
  skill: { load: 0.75 },
  metrics: {},
};

describe("the leaderboard", () => {
  it("ranks models by skill among the baselines, and what is not measured below", () => {
    const places = leaderboard(
      [model(1, "queued"), model(2, "completed", -0.5), model(3, "completed", 0.75)],
      EVALUATION,
    );
    expect(places.map((place) => place.key)).toEqual([
      "run:3",
      "baseline:seasonal_naive",
      "run:2",
      "baseline:naive",
      "run:1",
    ]);
    expect(places.map((place) => place.rank)).toEqual([1, null, 2, null, null]);
    expect(places[1]).toMatchObject({ skill: 0, mae: 4, mase: 1.1 });
    expect(places[3]).toMatchObject({ skill: -1, mae: 8, mase: null });
  });
  it("gives a baseline that only some outputs have no skill over all of them", () => {
    const mae = (...outputs: string[]) => ({
      df_eval: Object.fromEntries(outputs.map((output) => [output, table([2, 2])])),
    });
    const evaluation = {
      ...EVALUATION,
      ...mae("load", "heat"),
      baselines: { auto_ets: mae("load"), seasonal_naive: mae("load", "heat") },
    };
    const [seasonal, ets] = leaderboard([], evaluation);
    expect([seasonal!.baseline, seasonal!.skill]).toEqual(["seasonal_naive", 0]);
    expect([ets!.baseline, ets!.skill]).toEqual(["auto_ets", null]);
    expect(baselineSkill("auto_ets", evaluation, "load")).toBe(0);
  });
  it("has no error in units over several outputs, which may have different ones", () => {
    const two = {
      ...EVALUATION,
      baselines: { seasonal_naive: { df_eval: { load: table([4, 3]), heat: table([2, 2]) } } },
    };
    expect(leaderboard([], two)[0]).toMatchObject({ skill: 0, mae: null, rmse: null });
  });
  it("knows the best model, if there is one", () => {
    expect(bestOf([model(1, "completed", 0.2), model(2, "completed", 0.4), model(3, "failed")])?.run_id).toBe(2);
    expect(bestOf([model(1, "queued")])).toBeNull();
  });
});

describe("an evaluation", () => {
  it("is drawn beside both baselines, over the minutes that are averaged", () => {
    const { lines } = levelPanel(EVALUATION, "load", "MAE");
    expect(lines.map((line) => [line.key, line.steps, line.values])).toEqual([
      ["model", [15, 30], [1, 0.9]],
      ["naive", [15, 30], [8, 7]],
      ["seasonal_naive", [15, 30], [4, 3]],
    ]);
    expect(levelsOf({ "delta [min]": [null, null], MAE: [1, 2] })).toEqual([1, 2]);
  });
  it("is drawn by lead time where it is known", () => {
    const stepsOf = (evaluation: Evaluation, level: string) =>
      leadPanel(evaluation, "load", level, "MAE").lines.map((line) => line.steps);
    expect(stepsOf(EVALUATION, "15.0")).toEqual([[1, 2]]);
    const look = { offsets_minutes: [1440, 1455] } as CloserLook; // the day after tomorrow begins
    expect(stepsOf({ ...EVALUATION, outputs: { load: look } }, "15.0")).toEqual([[1440, 1455]]);
    expect(stepsOf({ ...EVALUATION, outputs: { load: look } }, "30.0")).toEqual([[1455]]);
    expect(leadTimes([0, 60, 120, 180, 240], 2, 2)).toEqual([60, 180]);
  });
  it("says which metrics mean nothing, and begins with one that does", () => {
    const cautions = [{ metric: "MAPE", reason: "zeros", share: 0.25 }];
    const look = { cautions, leading_metric: "WAPE" } as unknown as CloserLook;
    expect(cautionTexts(look)).toEqual([expect.stringContaining("MAPE: the truth is 0 in 25")]);
    expect([firstMetric(look), firstMetric(undefined)]).toEqual(["WAPE", "MAE"]);
    const unknown = { ...look, cautions: [{ metric: "MASE", reason: "toString", share: null }] };
    expect([cautionTexts(unknown), firstMetric(unknown)]).toEqual([[], "MAE"]);
  });
  it("says how often intervals held, with its interval and the aim", () => {
    const one = { n: 40, share: 0.8, low: 0.6, high: 0.9 };
    const look = {
      offsets_minutes: [0, 60],
      conformal: { alpha: 0.1, coverage: { by_step: [one, { ...one, share: 0.9 }] } },
    } as unknown as CloserLook;
    const [measured, aim] = coveragePanel(look).lines;
    expect([measured!.steps, measured!.values, measured!.min]).toEqual([
      [0, 60],
      [0.8, 0.9],
      [0.6, 0.6],
    ]);
    expect(aim!.values).toEqual([0.9, 0.9]);
  });
});

const FIELD: ModelField = {
  name: "kernel_size",
  wire: "K",
  type: "integer",
  label: "Kernel size",
  help: "",
  default: 3,
  nullable: false,
  advanced: false,
  odd: true,
  minimum: 1,
  maximum: 4096,
};
const CNN: Family = { mode: "CNN", label: "CNN", about: "", fields: [FIELD] };

describe("the settings of a model", () => {
  it("are refused as the server refuses them", () => {
    expect(faultOf(FIELD, "4")).toEqual({ kind: "odd" });
    expect(faultOf(FIELD, "0")).toEqual({ kind: "low", bound: 1 });
    expect(faultOf(FIELD, "4097")).toEqual({ kind: "high", bound: 4096 });
    expect(faultOf(FIELD, "2.5")).toEqual({ kind: "whole" });
    expect(faultOf(FIELD, "x")).toEqual({ kind: "number" });
    expect(faultOf({ ...FIELD, minimum: undefined, above: 0, type: "number" }, "0")).toEqual({
      kind: "above",
      bound: 0,
    });
    expect(faultOf(FIELD, "")).toBeNull();
    expect(faultOf(FIELD, "5")).toBeNull();
  });
  it("are sent as they were typed, what is empty not at all", () => {
    const choice = { ...newChoice("CNN"), values: { K: "5" } };
    expect(settingsOf(CNN, choice)).toEqual({ MODE: "CNN", K: 5 });
    expect(settingsOf(CNN, newChoice("CNN"))).toEqual({ MODE: "CNN" });
    expect(isFaultless(CNN, { ...choice, values: { K: "4" } })).toBe(false);
  });
  it("that a browser kept count only in their form", () => {
    const kept = newChoice("LIN");
    expect(chosenFrom([kept, { mode: 3 }, null, "x"])).toEqual([kept]);
    expect(chosenFrom({})).toEqual([]);
  });
});

const FILE = {
  id: "f",
  type: "input",
  bezeichnung: "load",
  zeithorizont_start: null,
  zeithorizont_end: null,
  datenform: null,
  datenanpassung: null,
  mittelwertbildung_uber_den_zeithorizont: "nein",
  skalierung: "ja",
  skalierung_min: null,
  skalierung_max: null,
  max_gap_min: null,
  untergrenze: null,
  obergrenze: null,
} as unknown as SeriesFile;

describe("the settings of a series", () => {
  it("show the server's defaults and send only what was changed", () => {
    const typed = typedOf(FILE);
    expect([typed.zeithorizont_start, typed.zeithorizont_end, typed.skalierung_max]).toEqual(["-24", "0", "1"]);
    expect(changesOf(FILE, typed)).toEqual({});
    expect(changesOf(FILE, { ...typed, zeithorizont_start: "-48", scale: false, untergrenze: "0" })).toEqual({
      zeithorizont_start: -48,
      skalierung: "nein",
      untergrenze: 0,
    });
  });
  it("must have an order", () => {
    const typed = typedOf(FILE);
    expect(faultsOf(typed)).toEqual({});
    expect(faultsOf({ ...typed, zeithorizont_start: "1" })).toEqual({ zeithorizont_end: "order" });
    expect(faultsOf({ ...typed, untergrenze: "5", obergrenze: "5" })).toEqual({ obergrenze: "order" });
    expect(faultsOf({ ...typed, max_gap_min: "0", bezeichnung: " " })).toEqual({
      max_gap_min: "positive",
      bezeichnung: "needed",
    });
  });
});

describe("what was read", () => {
  it("names the rows and the column of a finding", () => {
    expect(placeOf({ kind: "x", message: "", rows: [3, 9], count: 2, column: 2 })).toBe("rows 3, 9, column 2");
    expect(placeOf({ kind: "x", message: "", row: 7, count: 12 })).toBe("row 7, and 11 more");
    expect(placeOf({ kind: "x", message: "" })).toBe("");
  });
  it("makes a button of each answer to a question", () => {
    const order = answersTo({
      kind: "date_order_ambiguous",
      field: "date_order",
      message: "",
      choices: ["day_first", "month_first"],
      alternatives: [{ date_order: "day_first" }, { date_order: "month_first" }],
    });
    expect(order.map((one) => one.options)).toEqual([{ date_order: "day_first" }, { date_order: "month_first" }]);
    expect(order[0]!.label).toContain("31.12.2024");
    const mark = answersTo({
      kind: "thousands_ambiguous",
      field: "thousands",
      message: "",
      choices: [",", ""],
      alternatives: [{ thousands: "," }, { decimal: "," }],
    });
    expect(mark.map((one) => one.label)).toEqual(["Thousands separator: ,", "Decimal mark: ,"]);
    expect(answersTo({ kind: "x", field: "timezone", message: "", choices: [] })).toEqual([]);
  });
});

const violin = (part: Partial<Violin> = {}): Violin => ({
  count: 3,
  mean: 1,
  std: 1,
  min: 0,
  max: 2,
  q1: 0.5,
  median: 1,
  q3: 1.5,
  whisker_low: 0,
  whisker_high: 2,
  at: [0, 1, 2],
  density: [0.2, 0.5, 0.2],
  ...part,
});

describe("what can be done about a finding", () => {
  const finding = { kind: "counter_suspected", message: "", column: 2, option: "differences" };
  it("is a button for each choice", () => {
    expect(offersFor(finding, {}).map((one) => one.options)).toEqual([{ differences: [2] }]);
    expect(offersFor({ ...finding, option: "label_position" }, {}).map((one) => one.options)).toEqual([
      { label_position: "end" },
      { label_position: "start" },
    ]);
    const zone = { ...finding, option: "timezone", details: { timezone: "Europe/Vienna" } };
    expect(offersFor(zone, {}).map((one) => one.label)).toEqual(["Time zone: Europe/Vienna"]);
  });
  it("is nothing once it is done, or where no option settles it", () => {
    expect(offersFor(finding, { differences: [2] })).toEqual([]);
    expect(offersFor({ ...finding, option: null }, {})).toEqual([]);
    expect(offersFor({ ...finding, option: "encoding" }, {})).toEqual([]);
  });
  it("is nothing for rows that repeat a time with the same values, and a choice where values differ", () => {
    const twice = { ...finding, option: "duplicates" };
    expect(offersFor({ ...twice, kind: "duplicate_time" }, {})).toEqual([]);
    expect(offersFor({ ...twice, kind: "conflicting_duplicate" }, {})).toHaveLength(3);
  });
  it("is a note for the hour that comes twice", () => {
    const kinds = ["dst_fold", "dst_fold_once", "gap"];
    expect(kinds.filter((kind) => needsALook({ kind, message: "" }))).toEqual(["dst_fold_once", "gap"]);
    expect(needsALook({ kind: "gap", message: "", warns: false })).toBe(false);
  });
  it("begins with the time zone, which may settle the rest", () => {
    const kinds = ["conflicting_duplicate", "gap", "local_time_suspected"];
    expect(inOrder(kinds.map((kind) => ({ kind, message: "" }))).map((one) => one.kind)).toEqual([
      "local_time_suspected",
      "conflicting_duplicate",
      "gap",
    ]);
  });
});

describe("violins", () => {
  it("mirror training and test, or show all on both sides", () => {
    const blocks = { all: violin(), train: violin(), test: violin() };
    expect(halvesOf(blocks, true).map((half) => [half.block, half.side])).toEqual([
      ["train", "left"],
      ["test", "right"],
    ]);
    expect(halvesOf(blocks, false).map((half) => half.side)).toEqual(["both"]);
    expect(halvesOf({ all: violin() }, true).map((half) => half.block)).toEqual(["all"]);
  });
  it("have a place for a constant", () => {
    const [low, high] = domainOf([
      { block: "all", side: "both", violin: violin({ min: 5, max: 5, at: [], density: [] }) },
    ]);
    expect([low, high]).toEqual([4.5, 5.5]);
  });
  it("come with the reasons of what was dropped", () => {
    expect(reasonText("gap too long")).toBe("in a gap that is too long");
    expect(reasonText("SOMETHING_NEW")).toBe("something new");
  });
});

describe("test samples", () => {
  const answer: Samples = {
    run_id: 3,
    model_type: "LIN",
    seed: 1,
    n_test: 9,
    samples: [{ position: 4, t_ref: "2024-02-01T00:00:00Z" }],
    variables: [
      {
        name: "load",
        kind: "input",
        label: "IN1",
        color: 0,
        hours: [-1, 0],
        scale: 2,
        shift: 1,
        values: [[1, null]],
        forecast: null,
      },
      {
        name: "load",
        kind: "output",
        label: "OUT1",
        color: 1,
        hours: [1, 2],
        scale: 2,
        shift: 1,
        values: [[3, 4]],
        forecast: [[2, 5]],
      },
    ],
  };
  it("are a chart each, with what was measured and what was forecast", () => {
    const [panel] = panelsOf(answer, new Set(["output/load"]), false);
    expect(panel!.lines.map((line) => [line.steps, line.values, line.dashed])).toEqual([
      [[1, 2], [3, 4], false],
      [[1, 2], [2, 5], true],
    ]);
  });
  it("are scaled as a model sees them, gaps staying gaps", () => {
    expect(panelsOf(answer, new Set(["input/load"]), true)[0]!.lines[0]!.values).toEqual([3, null]);
  });
});

describe("a forecast", () => {
  it("stands over the hours from its reference time, with its interval as a band", () => {
    const output = {
      times: ["2024-02-01T01:00:00Z", "2024-02-01T02:30:00Z"],
      values: [1, 2],
      lower: [0, 1],
      upper: [2, 3],
      interval: null,
    };
    const [line] = forecastPanel("load", output, "2024-02-01T00:00:00Z").lines;
    expect([line!.steps, line!.min, line!.max]).toEqual([
      [1, 2.5],
      [0, 1],
      [2, 3],
    ]);
    expect(forecastPanel("load", { ...output, lower: null }, "2024-02-01T00:00:00Z").lines[0]!.min).toBeUndefined();
  });
  it("takes rows as they are copied from a table, and names the line that is none", () => {
    expect(rowsOf("UTC;load\n2024-01-01 00:00:00;1,5\n2024-01-01T01:00:00Z\t2\n\n2024-01-01 02:00:00;")).toEqual({
      times: ["2024-01-01T00:00:00.000Z", "2024-01-01T01:00:00.000Z", "2024-01-01T02:00:00.000Z"],
      values: [1.5, 2, null],
    });
    expect(rowsOf("2024-01-01 00:00:00;1\nsoon;2")).toEqual({ line: 2 });
    expect(rowsOf("2024-01-01 00:00:00;many")).toEqual({ line: 1 });
  });
  it("asks only with rows that somebody brought", () => {
    expect(seriesOf({ load: "", temperature: "x" })).toBeNull();
    expect(seriesOf({ load: "2024-01-01 00:00:00;1", temperature: " " })).toEqual({
      load: { times: ["2024-01-01T00:00:00.000Z"], values: [1] },
    });
  });
});

describe("losses", () => {
  it("are a line per model, none of one that was solved at once", () => {
    const curve = (steps: number[]) => ({ name: "val_loss", client: null, steps, values: steps.map(() => 1) });
    const panels = curvePanels(
      [
        { run: 1, series: [curve([0])] },
        { run: 2, series: [curve([0, 1])] },
      ],
      (run) => `run ${run}`,
    );
    expect(panels.map((panel) => [panel.key, panel.lines.map((line) => [line.label, line.steps])])).toEqual([
      ["val_loss", [["run 2", [1, 2]]]],
    ]);
  });
});
