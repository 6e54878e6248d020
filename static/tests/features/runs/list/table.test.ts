import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outcomes, tables, titleOf, winner } from "../../../../src/features/runs/insights/analytics";
import { promise, reasons, refusal } from "../../../../src/features/runs/list/bulk";
import {
  bestIn,
  columnOf,
  csvCell,
  equals,
  parseColumns,
  quoted,
  rowsIn,
  secondsOf,
  tableCsv,
  textIn,
  metricNames,
  writeColumns,
} from "../../../../src/features/runs/list/columns";
import { asFilter, asTyped, complaintOf, suggest } from "../../../../src/features/runs/list/filter";
import {
  bestGroup,
  candidates,
  intervalScale,
  telling,
  termFor,
  type Groups,
} from "../../../../src/features/runs/list/groups";
import { partitionOf } from "../../../../src/features/runs/new/partition";
import { asCurl, python, requestOf } from "../../../../src/features/runs/detail/reproduce";
import { isOut, measureOf, shadeOf, spansOf } from "../../../../src/features/runs/detail/sitemap";
import { sections, stepsBetween } from "../../../../src/ui/chart/chart";
import { readViews } from "../../../../src/features/runs/list/views.svelte";
import { around, pagesFor, scrollFor, visibleRows } from "../../../../src/lib/window";
import type { Analytics, Ranking, ResultGroup, RunDetail, RunRow, Series } from "../../../../src/lib/types";
import type { ClientView } from "../../../../src/features/runs/detail/runview";

const times = (running: number, phase: "waiting" | "running" | "ended"): RunRow["times"] => ({
  waiting_seconds: 0,
  running_seconds: running,
  stopped_seconds: 0,
  phase,
  as_of: "2026-01-01T00:00:00+00:00",
});
const run = (part: Partial<RunRow>): RunRow =>
  ({
    id: 1,
    name: "one",
    training_mode: "centralized",
    status: "completed",
    start_time: "2026-01-01T00:00:00+00:00",
    end_time: "2026-01-01T00:01:00+00:00",
    times: times(60, "ended"),
    federated_info: null,
    missing: [],
    job: null,
    ...part,
  }) as RunRow;

describe("rows in sight", () => {
  it("holds the rows of the screen and a few around them", () => {
    expect(visibleRows(0, 390, 39, 10_000)).toEqual({ first: 0, end: 18 });
    expect(visibleRows(39_000, 390, 39, 10_000)).toEqual({ first: 992, end: 1018 });
  });
  it("are those around the one that was chosen, else the newest", () => {
    const rounds = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(around(rounds, -1, 3)).toEqual([7, 8, 9]);
    expect(around(rounds, 3, 3)).toEqual([3, 4, 5]);
    expect(around(rounds, 0, 3)).toEqual([1, 2, 3]);
    expect(around(rounds, 8, 3)).toEqual([7, 8, 9]);
    expect(around(rounds, 4, 20)).toEqual(rounds);
  });
  it("never reaches beyond the table, however far it is scrolled", () => {
    fc.assert(
      fc.property(fc.nat(1e7), fc.nat(5000), fc.nat(20_000), (top, height, total) => {
        const { first, end } = visibleRows(top, height, 39, total);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(total);
        expect(end).toBeGreaterThanOrEqual(first);
        expect(end - first).toBeLessThanOrEqual(Math.ceil(height / 39) + 18);
      }),
    );
  });
  it("names the pages that hold them", () => {
    expect(pagesFor({ first: 95, end: 205 }, 100)).toEqual([0, 1, 2]);
    expect(pagesFor({ first: 0, end: 0 }, 100)).toEqual([]);
  });
  it("scrolls only as far as a row needs", () => {
    expect(scrollFor(3, 0, 390, 39)).toBeNull();
    expect(scrollFor(10, 0, 390, 39)).toBe(39);
    expect(scrollFor(2, 390, 390, 39)).toBe(78);
  });
});

describe("columns", () => {
  it("travel in the address and come back the same, whatever their names hold", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 6 }), (names) => {
        const keys = [...new Set(names.map((name) => `params.${name.trim() || "x"}`))];
        const query = new URLSearchParams();
        query.set("columns", writeColumns(keys));
        expect(parseColumns(query.get("columns"))).toEqual(keys);
      }),
    );
  });
  it("are nobody's choice where the address names none, and can all be put away", () => {
    expect(parseColumns(null)).toBeNull();
    expect(parseColumns(writeColumns([]))).toEqual([]);
    expect(parseColumns("nonsense,metrics.,status")).toEqual(["status"]);
  });
  it("ask the server only for what it does not send anyway", () => {
    expect(metricNames(["status", "rounds"])).toBeNull();
    expect(metricNames(["results.accuracy", "rounds", "results.recall"])).toBe("results.accuracy,results.recall");
    expect(metricNames(["status", "metrics.val_loss", "best.val_loss", "tags.my site"])).toBe(
      "metrics.val_loss,tags.`my site`",
    );
  });
  it("sort by what the server understands", () => {
    expect(columnOf("metrics.val/loss")?.sort).toBe("metrics.`val/loss`");
    expect(columnOf("best.auc")?.sort).toBe("metrics.auc.best");
    expect(columnOf("rounds")?.sort).toBeNull();
  });
  it("quote names and texts so that the filter reads them back", () => {
    expect(quoted("lr")).toBe("lr");
    expect(quoted("a`b")).toBe('"a`b"');
    expect(equals("params.x", "it's")).toBe('params.x = "it\'s"');
    expect(equals("params.x", "'\"")).toBe("params.x LIKE '_\"'");
  });
});

describe("cells", () => {
  const accuracy = columnOf("metrics.val_acc")!;
  const loss = columnOf("metrics.val_loss")!;
  const goals = { val_acc: "max", val_loss: "min", odd: null, accuracy: "max" } as const;
  const rows = [0.5, 0.9, null].map((value) => run({ metrics: { val_acc: value, val_loss: value, odd: value } }));
  it("mark the best value by what the metric wants", () => {
    expect(bestIn(rows, accuracy, goals)).toBe(0.9);
    expect(bestIn(rows, loss, goals)).toBe(0.5);
    expect(bestIn(rows, columnOf("metrics.odd")!, goals)).toBeNull();
    expect(bestIn(rows.slice(0, 1), accuracy, goals)).toBeNull();
    expect(bestIn([rows[1]!, rows[1]!], accuracy, goals)).toBeNull();
    const elsewhere = rows.map((row, place) => ({ ...row, dataset_id: place }));
    expect(bestIn(elsewhere, accuracy, goals)).toBeNull();
  });
  it("mark no best among results that were measured on different rows", () => {
    const result = (value: number, measured_on: "test" | "validation") =>
      run({ results: { accuracy: { value, measured_on, num_rows: 9 } } });
    const column = columnOf("results.accuracy")!;
    expect(bestIn([result(0.5, "test"), result(0.9, "test")], column, goals)).toBe(0.9);
    expect(bestIn([result(0.5, "test"), result(0.9, "validation")], column, goals)).toBeNull();
    expect(rowsIn(result(0.5, "validation"), column)).toBe("9 validation rows");
  });
  it("say of a last value that it is not a number, and show counts whole", () => {
    const last = columnOf("metrics.val_loss")!;
    expect(textIn(run({ metrics: { val_loss: null } }), last, 0)).toBe("NaN");
    expect(textIn(run({ metrics: {} }), last, 0)).toBe("–");
    expect(textIn(run({ metrics: { val_cm_tp: 12 } }), columnOf("metrics.val_cm_tp")!, 0)).toBe("12");
    expect(textIn(run({ metrics: { accuracy: 1 } }), columnOf("metrics.accuracy")!, 0)).toBe("1.000");
  });
  it("count the seconds of a run that goes on, and none while it waits", () => {
    const now = Date.parse("2026-01-01T00:00:30+00:00");
    expect(secondsOf(run({}), now)).toBe(60);
    expect(secondsOf(run({ status: "in_progress", times: times(600, "running") }), now)).toBe(630);
    expect(secondsOf(run({ status: "failed", times: times(600, "running") }), now)).toBe(600);
    expect(secondsOf(run({ status: "in_progress", times: times(600, "waiting") }), now)).toBe(600);
    expect(secondsOf(run({ status: "queued", times: times(0, "waiting") }), now)).toBeNull();
  });
  it("leave as CSV without becoming formulas, numbers with all their digits", () => {
    expect(csvCell("=HYPERLINK(1)")).toBe("'=HYPERLINK(1)");
    expect(csvCell(-0.123456789)).toBe("-0.123456789");
    expect(csvCell('a,"b"')).toBe('"a,""b"""');
    const text = tableCsv([run({ name: "@evil", metrics: { val_acc: 0 } })], ["metrics.val_acc", "tags.none"], 0);
    expect(text).toBe("id,name,metrics.val_acc,tags.none\r\n1,'@evil,0,\r\n");
  });
});

describe("filter", () => {
  const names = {
    attributes: ["status", "name"],
    metrics: ["val_loss", "val acc"],
    params: ["lr"],
    tags: [],
    results: ["accuracy"],
    goals: {},
  };
  it("takes plain words for a part of the name, and gives them back", () => {
    for (const text of ["digits", "it's", "two words", 'say "x"', "digits in three"])
      expect(asTyped(asFilter(text))).toBe(text);
    expect(asFilter("digits")).toBe("name ILIKE '%digits%'");
    expect(asFilter("metrics.a > 1")).toBe("metrics.a > 1");
  });
  it("completes what is begun, and quotes what needs it", () => {
    expect(suggest("me", 2, names).map((one) => one.text)).toEqual(["metrics."]);
    expect(suggest("metrics.val", 11, names).map((one) => one.text)).toEqual([
      "metrics.val_loss ",
      "metrics.`val acc` ",
    ]);
    expect(suggest("metrics.a > 1 and params.", 25, names)).toEqual([{ text: "params.lr ", from: 18 }]);
    expect(suggest("params.lr = 'me", 15, names)).toEqual([]);
  });
  it("finds the place that the server complains about", () => {
    expect(complaintOf(["column 17: a number is missing"])).toEqual({
      text: "column 17: a number is missing",
      column: 17,
    });
    expect(complaintOf(["too long"]).column).toBeNull();
    const drawn = ["column 1: there is no attribute 'foo'", "foo > 0.9\n^"];
    expect(complaintOf(drawn).text).toBe("column 1: there is no attribute 'foo'");
  });
});

describe("groups", () => {
  const told: Groups = {
    by: "params.lr",
    truncated: false,
    goals: { val_loss: "min" },
    measured_on: {},
    num_datasets: { val_loss: 1 },
    groups: [
      { value: "0.1", count: 3, metrics: { val_loss: { n: 3, mean: 0.4, low: 0.3, high: 0.5 } } },
      { value: "0.01", count: 1, metrics: { val_loss: { n: 1, mean: 0.7, low: null, high: null } } },
      { value: null, count: 2, metrics: { val_loss: null } },
    ],
  };
  it("share one scale, and one is the best", () => {
    const scale = intervalScale(told, "val_loss");
    expect([scale(0.3), scale(0.7)]).toEqual([4, 82]);
    expect(bestGroup(told, "val_loss")).toBe("0.1");
    expect(bestGroup({ ...told, goals: { val_loss: null } }, "val_loss")).toBeUndefined();
    expect(bestGroup({ ...told, by: "dataset" }, "val_loss")).toBeUndefined();
    expect(bestGroup({ ...told, measured_on: { val_loss: ["test", "validation"] } }, "val_loss")).toBeUndefined();
    expect(bestGroup({ ...told, num_datasets: { val_loss: 2 } }, "val_loss")).toBeUndefined();
    expect(bestGroup({ ...told, num_datasets: { val_loss: 1, val_acc: 2 } }, "val_loss")).toBe("0.1");
  });
  it("show what their own runs have, the usual names first", () => {
    expect(candidates(["a", "train/loss", "val/loss", "global_accuracy"])).toEqual([
      "val/loss",
      "global_accuracy",
      "a",
      "train/loss",
    ]);
    expect(candidates(["val_loss", "test_loss", "clients_val_recall", "test_recall"])).toEqual([
      "test_loss",
      "test_recall",
      "val_loss",
      "clients_val_recall",
    ]);
    const mixed: Groups = {
      by: "x",
      truncated: false,
      goals: {},
      measured_on: {},
      num_datasets: {},
      groups: [{ value: "1", count: 2, metrics: { loss: null, recall: { n: 2, mean: 0, low: 0, high: 0 } } }],
    };
    expect(telling(mixed, ["loss", "recall"])).toEqual(["recall"]);
    expect(telling(told, ["val_loss"])).toEqual(["val_loss"]);
  });
  it("lead to their runs", () => {
    expect(termFor("params.`my lr`", "0.1")).toBe("params.`my lr` = '0.1'");
    expect(termFor("origin", "logged")).toBe("origin = 'logged'");
  });
});

describe("bulk", () => {
  const answer = {
    action: "archive" as const,
    dry_run: true,
    matched: 3,
    changed: [1],
    skipped: [
      { id: 2, reason: "is live" },
      { id: 3, reason: "is live" },
    ],
    reveals_private_data: [],
  };
  it("says what happens and why some stay", () => {
    expect(reasons(answer)).toEqual(["2 runs: is live"]);
    expect(promise(answer)).toBe("Archiving 1 run in 10 s. 2 runs unchanged (2 runs: is live).");
    expect(refusal({ ...answer, changed: [] })).toBe("Nothing to do: 2 runs: is live.");
  });
  it("says before a run is shared what it shows of private data", () => {
    const sharing = { ...answer, action: "visibility" as const, skipped: [], reveals_private_data: [1] };
    expect(promise(sharing, { visibility: "team" })).toContain("trained on private data");
  });
});

describe("views", () => {
  it("are read only where they are views", () => {
    expect(readViews('[{"name":"a","search":"?x=1"},{"name":3},null]')).toEqual([{ name: "a", search: "?x=1" }]);
    for (const broken of [null, "", "{", "{}", "3"]) expect(readViews(broken)).toEqual([]);
  });
});

describe("sites by round", () => {
  const client = (part: Partial<ClientView>): ClientView => ({
    client: "a",
    status: "completed",
    num_samples: 1,
    seconds: 3,
    metrics: { val_loss: 0 },
    reason: null,
    localEpoch: null,
    ...part,
  });
  it("shows what the ledger knows, zero included", () => {
    expect(measureOf(client({}), "loss")).toBe(0);
    expect(measureOf(client({ loss_after: 0.2 }), "loss")).toBe(0.2);
    expect(measureOf(client({}), "bytes")).toBeNull();
    expect(measureOf(client({ bytes_down: 0, bytes_up: 7 }), "bytes")).toBe(7);
    expect([shadeOf(1, 1, 3), shadeOf(3, 1, 3), shadeOf(1, 1, 1), shadeOf(null, 1, 3)]).toEqual([12, 100, 50, 0]);
    expect(isOut(client({ status: "refused" }))).toBe(true);
  });
  it("puts waiting, training and sending one behind the other", () => {
    expect(spansOf(client({ waiting_seconds: 1, training_seconds: 2, sending_seconds: 0.5 }))).toEqual([
      { part: "waiting", from: 0, seconds: 1 },
      { part: "training", from: 1, seconds: 2 },
      { part: "sending", from: 3, seconds: 0.5 },
    ]);
    expect(spansOf(client({}))).toEqual([{ part: "training", from: 0, seconds: 3 }]);
  });
});

describe("charts", () => {
  const one = (name: string): Series => ({
    name,
    client: null,
    steps: [0, 1, 2, 3],
    values: [1, 2, 3, 4],
    times: [10, 11, 13, 17],
  });
  it("stand in sections by what comes before the slash, plain names first", () => {
    expect(
      sections([one("train/loss"), one("loss"), one("train/acc")]).map((part) => [part.name, part.series.length]),
    ).toEqual([
      ["", 1],
      ["train", 2],
    ]);
  });
  it("look closer by steps, whatever the axis is", () => {
    expect(stepsBetween([one("a")], "step", 1, 1.5, 3.2)).toEqual([1, 2]);
    expect(stepsBetween([one("a")], "time", 0, 0.5, 3.5)).toEqual([1, 2]);
    expect(stepsBetween([one("a")], "clock", 0, 12, 18)).toEqual([2, 3]);
    expect(stepsBetween([one("a")], "clock", 0, 90, 99)).toBeNull();
  });
});

describe("insights", () => {
  const group = (
    kind: ResultGroup["kind"],
    on: ResultGroup["measured_on"],
    dataset_id: number | null,
    metrics = {},
    task: ResultGroup["task"] = "classification",
  ): ResultGroup => ({
    task,
    kind,
    measured_on: on,
    dataset_id,
    dataset: dataset_id === null ? null : `data ${dataset_id}`,
    n_runs: 1,
    metrics,
    running_seconds: { n: 1, mean: 2 },
  });
  const ranking = (...ranks: number[]): Ranking => ({
    dataset_id: 1,
    dataset: "data 1",
    measured_on: "test",
    metric: "accuracy",
    runs: ranks.map((rank, index) => ({
      rank,
      run_id: index + 1,
      name: "r",
      kind: "centralized",
      value: 0.5,
      num_rows: 9,
      running_seconds: null,
    })),
  });
  const told = {
    groups: [
      group("federated", "test", 1, { loss: { n: 1, mean: 0.1 } }),
      group("logged", "reported", null),
      group("centralized", "test", 1, { accuracy: { n: 1, mean: 0.9 } }),
      group("centralized", "validation", 1),
      group("centralized", "reported", null, { skill: { n: 1, mean: 0.3 } }, "forecasting"),
    ],
    rankings: [ranking(1, 2)],
    completed: 3,
    failed: 1,
    cancelled: 2,
    in_progress: 0,
    queued: 1,
  } as unknown as Analytics;
  it("keep apart what was measured on other rows or data", () => {
    const found = tables(told);
    expect(found.map((one) => [titleOf(one), one.groups.map((row) => row.kind)])).toEqual([
      ["data 1: test rows", ["federated", "centralized"]],
      ["No data set here: rows unknown, as reported", ["logged"]],
      ["data 1: validation rows", ["centralized"]],
      ["Forecasting sessions: rows unknown, as reported", ["centralized"]],
    ]);
    expect(found[0]!.metrics).toEqual(["accuracy", "loss"]);
    expect(found[3]!.metrics).toEqual(["skill"]);
    expect(found.map((one) => one.ranking === null)).toEqual([false, true, true, true]);
  });
  it("give a star to one run and none to a tie", () => {
    expect(winner(ranking(1, 2))).toBe(1);
    expect(winner(ranking(1, 1, 3))).toBeNull();
  });
  it("count success over what ended by itself", () => {
    expect(outcomes(told)).toBe("3 of 4 ended runs · 2 stopped · 1 queued");
  });
});

describe("the same again", () => {
  const detail = {
    id: 4,
    name: "it's mine",
    training_mode: "federated",
    dataset: { id: 1, slug: "digits" },
    pretrained: null,
    config: { num_rounds: 3, img_size: null },
  } as unknown as RunDetail;
  it("asks for the same settings", () => {
    expect(requestOf(detail).body).toEqual({
      dataset: "digits",
      experiment_name: "it's mine",
      config: { num_rounds: 3, img_size: null },
      num_server_rounds: 3,
    });
  });
  it("survives a shell and Python", () => {
    expect(asCurl(requestOf(detail), "http://x")).toContain(`it'\\''s mine`);
    expect(python({ a: null, b: [true, "x\n"], c: {} })).toBe(
      '{\n    "a": None,\n    "b": [True, "x\\n"],\n    "c": {},\n}',
    );
  });
  it("looks at a partition again only for what changes it", () => {
    expect(partitionOf({ seed: 1, learning_rate: 2, num_clients: 3 })).toEqual({ seed: 1, num_clients: 3 });
  });
});
