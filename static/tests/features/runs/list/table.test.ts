import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difference, distribution, sortTop } from "../../../../src/features/runs/insights/analytics";
import { promise, reasons, refusal } from "../../../../src/features/runs/list/bulk";
import { bestIn, columnOf, csvCell, DEFAULT_COLUMNS, equals, lowerIsBetter, parseColumns, quoted, secondsOf, tableCsv, wantedNames, writeColumns } from "../../../../src/features/runs/list/columns";
import { asFilter, asTyped, complaintOf, suggest } from "../../../../src/features/runs/list/filter";
import { bestGroup, candidates, intervalScale, telling, termFor, type Groups } from "../../../../src/features/runs/list/groups";
import { partitionOf } from "../../../../src/features/runs/new/partition";
import { asCurl, python, requestOf } from "../../../../src/features/runs/detail/reproduce";
import { isOut, measureOf, shadeOf, spansOf } from "../../../../src/features/runs/detail/sitemap";
import { sections, stepsBetween } from "../../../../src/ui/chart/chart";
import { readViews } from "../../../../src/features/runs/list/views.svelte";
import { around, pagesFor, scrollFor, visibleRows } from "../../../../src/lib/window";
import type { Analytics, RunDetail, RunRow, Series, TopRun } from "../../../../src/lib/types";
import type { ClientView } from "../../../../src/features/runs/detail/runview";

const run = (part: Partial<RunRow>): RunRow =>
  ({
    id: 1,
    name: "one",
    training_mode: "centralized",
    status: "completed",
    start_time: "2026-01-01T00:00:00+00:00",
    end_time: "2026-01-01T00:01:00+00:00",
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
        query.set("columns", writeColumns(keys) ?? "");
        expect(parseColumns(query.get("columns"))).toEqual(keys);
      }),
    );
  });
  it("leave the address clean when nothing was chosen, and can all be put away", () => {
    expect(writeColumns(DEFAULT_COLUMNS)).toBeNull();
    expect(parseColumns(null)).toEqual(DEFAULT_COLUMNS);
    expect(parseColumns(writeColumns([]))).toEqual([]);
    expect(parseColumns("nonsense,metrics.,status")).toEqual(["status"]);
  });
  it("ask the server only for what it does not send anyway", () => {
    expect(wantedNames(DEFAULT_COLUMNS)).toBeNull();
    expect(wantedNames(["status", "metrics.val_loss", "best.val_loss", "tags.my site"])).toBe("metrics.val_loss,tags.`my site`");
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
  const rows = [0.5, 0.9, null].map((value) => run({ metrics: { val_acc: value, val_loss: value, odd: value } }));
  it("mark the best value by what the metric wants", () => {
    expect(bestIn(rows, accuracy)).toBe(0.9);
    expect(bestIn(rows, loss)).toBe(0.5);
    expect(bestIn(rows, columnOf("metrics.odd")!)).toBeNull();
    expect(bestIn(rows.slice(0, 1), accuracy)).toBeNull();
    expect(lowerIsBetter("test_rmse")).toBe(true);
  });
  it("count the seconds of a run that goes on, and none while it waits", () => {
    const now = Date.parse("2026-01-01T00:00:30+00:00");
    expect(secondsOf(run({}), now)).toBe(60);
    expect(secondsOf(run({ status: "in_progress", end_time: null }), now)).toBe(30);
    expect(secondsOf(run({ status: "queued", end_time: null }), now)).toBeNull();
    expect(secondsOf(run({ status: "failed", end_time: null }), now)).toBeNull();
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
  const names = { attributes: ["status", "name"], metrics: ["val_loss", "val acc"], params: ["lr"], tags: [] };
  it("takes plain words for a part of the name, and gives them back", () => {
    for (const text of ["digits", "it's", "two words", 'say "x"', "digits in three"]) expect(asTyped(asFilter(text))).toBe(text);
    expect(asFilter("digits")).toBe("name ILIKE '%digits%'");
    expect(asFilter("metrics.a > 1")).toBe("metrics.a > 1");
  });
  it("completes what is begun, and quotes what needs it", () => {
    expect(suggest("me", 2, names).map((one) => one.text)).toEqual(["metrics."]);
    expect(suggest("metrics.val", 11, names).map((one) => one.text)).toEqual(["metrics.val_loss ", "metrics.`val acc` "]);
    expect(suggest("metrics.a > 1 and params.", 25, names)).toEqual([{ text: "params.lr ", from: 18 }]);
    expect(suggest("params.lr = 'me", 15, names)).toEqual([]);
  });
  it("finds the place that the server complains about", () => {
    expect(complaintOf(["column 17: a number is missing"])).toEqual({ text: "column 17: a number is missing", column: 17 });
    expect(complaintOf(["too long"]).column).toBeNull();
    const drawn = ["column 1: there is no attribute 'foo'", "foo > 0.9\n^"];
    expect(complaintOf(drawn).text).toBe("column 1: there is no attribute 'foo'");
  });
});

describe("groups", () => {
  const told: Groups = {
    by: "params.lr",
    groups: [
      { value: "0.1", count: 3, metrics: { val_loss: { n: 3, mean: 0.4, low: 0.3, high: 0.5 } } },
      { value: "0.01", count: 1, metrics: { val_loss: { n: 1, mean: 0.7, low: null, high: null } } },
      { value: null, count: 2, metrics: { val_loss: null } },
    ],
  };
  it("share one scale, and one is the best", () => {
    const scale = intervalScale(told, "val_loss");
    expect([scale(0.3), scale(0.7)]).toEqual([4, 82]);
    expect(bestGroup(told, "val_loss", true)).toBe("0.1");
    expect(bestGroup(told, "val_loss", null)).toBeUndefined();
  });
  it("show what their own runs have, the usual names first", () => {
    expect(candidates(["a", "train/loss", "val/loss", "global_accuracy"])).toEqual(["val/loss", "global_accuracy", "a", "train/loss"]);
    expect(candidates(["val_loss", "test_loss", "clients_val_recall", "test_recall"])).toEqual(["test_loss", "test_recall", "val_loss", "clients_val_recall"]);
    const mixed: Groups = { by: "x", groups: [{ value: "1", count: 2, metrics: { loss: null, recall: { n: 2, mean: 0, low: 0, high: 0 } } }] };
    expect(telling(mixed, ["loss", "recall"])).toEqual(["recall"]);
    expect(telling(told, ["val_loss"])).toEqual(["val_loss"]);
  });
  it("lead to their runs", () => {
    expect(termFor("params.`my lr`", "0.1")).toBe("params.`my lr` = '0.1'");
    expect(termFor("origin", "logged")).toBe("origin = 'logged'");
  });
});

describe("bulk", () => {
  const answer = { action: "archive" as const, dry_run: true, matched: 3, changed: [1], skipped: [{ id: 2, reason: "is live" }, { id: 3, reason: "is live" }] };
  it("says what happens and why some stay", () => {
    expect(reasons(answer)).toEqual(["2 runs: is live"]);
    expect(promise(answer)).toBe("Archiving 1 run in 10 s. 2 runs unchanged (2 runs: is live).");
    expect(refusal({ ...answer, changed: [] })).toBe("Nothing to do: 2 runs: is live.");
  });
});

describe("views", () => {
  it("are read only where they are views", () => {
    expect(readViews('[{"name":"a","search":"?x=1"},{"name":3},null]')).toEqual([{ name: "a", search: "?x=1" }]);
    for (const broken of [null, "", "{", "{}", "3"]) expect(readViews(broken)).toEqual([]);
  });
});

describe("sites by round", () => {
  const client = (part: Partial<ClientView>): ClientView => ({ client: "a", status: "completed", num_samples: 1, seconds: 3, metrics: { val_loss: 0 }, reason: null, localEpoch: null, ...part });
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
  const one = (name: string): Series => ({ name, client: null, steps: [0, 1, 2, 3], values: [1, 2, 3, 4], times: [10, 11, 13, 17] });
  it("stand in sections by what comes before the slash, plain names first", () => {
    expect(sections([one("train/loss"), one("loss"), one("train/acc")]).map((part) => [part.name, part.series.length])).toEqual([["", 1], ["train", 2]]);
  });
  it("look closer by steps, whatever the axis is", () => {
    expect(stepsBetween([one("a")], "step", 1, 1.5, 3.2)).toEqual([1, 2]);
    expect(stepsBetween([one("a")], "time", 0, 0.5, 3.5)).toEqual([1, 2]);
    expect(stepsBetween([one("a")], "clock", 0, 12, 18)).toEqual([2, 3]);
    expect(stepsBetween([one("a")], "clock", 0, 90, 99)).toBeNull();
  });
});

describe("analytics", () => {
  const top = (run_id: number, best_f1: number | null): TopRun => ({ run_id, best_f1 }) as TopRun;
  it("order the best runs with the unknown last either way", () => {
    const rows = [top(1, null), top(2, 0.2), top(3, 0.9)];
    expect(sortTop(rows, "best_f1", false).map((row) => row.run_id)).toEqual([3, 2, 1]);
    expect(sortTop(rows, "best_f1", true).map((row) => row.run_id)).toEqual([2, 3, 1]);
  });
  it("set the modes side by side", () => {
    const told = { federated: { count: 1, avg_f1: 0.5 }, centralized: { count: 3, avg_f1: 0.25 } } as Analytics;
    expect(distribution(told).map((part) => part.share)).toEqual([0.25, 0.75]);
    expect(difference(told, "avg_f1")).toBe(0.25);
    expect(difference({ ...told, federated: { ...told.federated, avg_f1: null } }, "avg_f1")).toBeNull();
  });
});

describe("the same again", () => {
  const detail = { id: 4, name: "it's mine", training_mode: "federated", dataset: { id: 1, slug: "digits" }, pretrained: null, config: { num_rounds: 3, img_size: null } } as unknown as RunDetail;
  it("asks for the same settings", () => {
    expect(requestOf(detail).body).toEqual({ dataset: "digits", experiment_name: "it's mine", config: { num_rounds: 3, img_size: null }, num_server_rounds: 3 });
  });
  it("survives a shell and Python", () => {
    expect(asCurl(requestOf(detail), "http://x")).toContain(`it'\\''s mine`);
    expect(python({ a: null, b: [true, "x\n"], c: {} })).toBe('{\n    "a": None,\n    "b": [True, "x\\n"],\n    "c": {},\n}');
  });
  it("looks at a partition again only for what changes it", () => {
    expect(partitionOf({ seed: 1, learning_rate: 2, num_clients: 3 })).toEqual({ seed: 1, num_clients: 3 });
  });
});
