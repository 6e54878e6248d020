import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { toError, withQuery } from "../../src/lib/api";
import { align, best, csv, gaps, panels, smooth, type Line } from "../../src/ui/chart/chart";
import { device } from "../../src/features/accounts/device";
import { ago, bytes, duration, metric, words } from "../../src/lib/format";
import {
  byField,
  checkField,
  configOf,
  defaults,
  fromInput,
  relevantFields,
} from "../../src/features/runs/new/runform";
import { isActive, stateOf } from "../../src/lib/states";
import { tell } from "../../src/features/runs/detail/tell";
import { throttled } from "../../src/lib/throttle";
import type { ExperimentSchema, SchemaField } from "../../src/lib/types";

const line = (parts: Partial<Line>): Line => ({
  key: "k",
  label: "loss",
  hue: 0,
  dashed: false,
  steps: [1, 2, 3],
  values: [3, null, 1],
  ...parts,
});

describe("charts", () => {
  test("lines with different steps share one axis and leave the others' steps empty", () => {
    const { steps, columns } = align([line({}), line({ steps: [2, 4], values: [7, 8] })], (one) => one.values);
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(columns).toEqual([
      [3, null, 1, null],
      [null, 7, null, 8],
    ]);
  });

  test("a measured null is a gap, a step of another line is not", () => {
    expect([...gaps(line({}))]).toEqual([2]);
  });

  test("smoothing keeps gaps, keeps constants and stays between the extremes", () => {
    expect(smooth([2, null, 2], 0.9)).toEqual([2, null, expect.closeTo(2, 10)]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1 }), (values) => {
        for (const value of smooth(values, 0.8)) {
          expect(value!).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
          expect(value!).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        }
      }),
    );
  });

  test("the best of a loss is its lowest, of a score its highest, of a rate none", () => {
    expect(best(line({}), "low")).toEqual({ step: 3, value: 1 });
    expect(best(line({}), "high")).toEqual({ step: 1, value: 3 });
    expect(best(line({}), "none")).toBeNull();
    expect(best(line({ steps: [0, 1, 2] }), "high")).toEqual({ step: 2, value: 1 });
  });

  test("series of one unit share a panel and each client has a line in another", () => {
    const one = { client: null, steps: [0], values: [1], times: [0] };
    const found = panels(
      [
        { ...one, name: "val_loss" },
        { ...one, name: "global_accuracy" },
        { ...one, name: "train_loss" },
        { ...one, name: "train_loss", client: "site-1" },
      ],
      1,
    );
    expect(found.map((panel) => panel.key)).toEqual(["scores", "loss", "clients-train_loss"]);
    expect(found[0]!.lines[0]).toMatchObject({ label: "accuracy", steps: [1] });
    expect(found[1]!.lines).toHaveLength(2);
  });

  test("over time points stand at the seconds since the first of them", () => {
    const found = panels(
      [{ name: "val_loss", client: null, steps: [0, 1], values: [1, 2], times: [100, 102.5] }],
      1,
      "time",
    );
    expect(found[0]!.lines[0]!.steps).toEqual([0, 2.5]);
  });

  test("the counts of the confusion matrix and the test's one point are no curves", () => {
    const one = { client: null, steps: [0], values: [1], times: [0] };
    expect(
      panels([
        { ...one, name: "val_cm_tp" },
        { ...one, name: "test_loss" },
      ]),
    ).toEqual([]);
  });

  test("the clients' mean does not mix with what the server measured", () => {
    const one = { client: null, steps: [0], values: [1], times: [0] };
    const found = panels(["global_f1", "clients_val_f1", "clients_train_f1"].map((name) => ({ ...one, name })));
    expect(found.map((panel) => panel.key)).toEqual(["scores", "mean-val", "mean-train"]);
  });

  test("a name is taken whole: a piece of it puts no curve into a panel of another unit", () => {
    const one = { client: null, steps: [0], values: [1], times: [0] };
    const keys = (...names: string[]): string[] => panels(names.map((name) => ({ ...one, name }))).map((p) => p.key);
    const theirs = ["loss_of_load", "normalized_price", "vaccine_accident_rate", "precision_mm", "xlr"];
    expect(keys(...theirs).sort()).toEqual([...theirs].sort());
    expect(keys("val_loss", "clients_val_loss", "loss")).toEqual(["loss"]);
    expect(keys("val_acc", "f1_score", "global_auroc")).toEqual(["scores"]);
    expect(keys("lr-AdamW", "learning_rate", "grad_norm", "train_batch_loss")).toEqual(["batch", "rate", "gradients"]);
  });

  test("the CSV has a row per step and nothing where nothing was measured", () => {
    expect(csv([line({ label: 'a "b"' })], "round")).toBe('round,"a ""b"""\n1,3\n2,\n3,1\n');
  });
});

describe("words and numbers", () => {
  test.each([
    [0.25, "250 ms"],
    [7.26, "7.3 s"],
    [75, "1 min 15 s"],
    [3_660, "1 h 01 min"],
    [null, "–"],
  ])("%s seconds read as %s", (seconds, text) => expect(duration(seconds)).toBe(text));

  test.each([
    [0, "0"],
    [0.96491, "0.9649"],
    [0.0000123, "1.230×10⁻⁵"],
    [-0.0000123, "−1.230×10⁻⁵"],
    [-123456, "−1.235×10⁵"],
    [-0.5, "−0.5000"],
    [56.12461, "56.12"],
    [101.14, "101.1"],
    [1234.4, "1234"],
    [9999.6, "1.000×10⁴"],
    [0.012345, "0.01235"],
    [0.0009996, "9.996×10⁻⁴"],
    [0.00099999, "0.001000"],
    [1, "1.000"],
    [0.99996, "0.99996"],
    [-0.9999997, "−0.9999997"],
    [1 - 1e-15, "1.000"],
    [1.00004, "1.000"],
    [0.00004, "4.000×10⁻⁵"],
    [Number.NaN, "–"],
    [null, "–"],
  ])("the metric %s reads as %s", (value, text) => expect(metric(value)).toBe(text));

  test("a name of the wire becomes words", () => {
    expect(words("val_acc")).toBe("validation accuracy");
    expect(words("auroc")).toBe("AUROC");
  });

  test("sizes and times are short", () => {
    expect(bytes(83_000_000)).toBe("83.0 MB");
    expect(ago(1_000, 61_000)).toBe("1 min ago");
  });

  test("a browser is told by its name and system", () => {
    expect(device("Mozilla/5.0 (X11; Linux x86_64) Chrome/156 Safari/537")).toBe("Chrome on Linux");
    expect(device("curl/8.1")).toBe("curl");
  });

  test("the job's state is the word on screen, else the run's status is translated", () => {
    expect(stateOf("in_progress", "lost")).toBe("lost");
    expect(stateOf("completed", null)).toBe("succeeded");
    expect(isActive("lost")).toBe(true);
    expect(isActive("cancelled")).toBe(false);
  });

  test("an event is told in a sentence", () => {
    const event = {
      topic: "run:1",
      seq: 1,
      type: "round_end",
      at: "",
      data: { round: 3, seconds: 2, refused: { b: "x" } },
    };
    expect(tell(event)).toBe("Round 3 completed after 2.0 s; refused: b");
  });
});

describe("the door to the API", () => {
  test("nested field errors come out flat", () => {
    const error = toError(422, {
      code: "invalid",
      detail: "No.",
      errors: { config: { lr: ["Too big."] }, name: ["Empty."] },
      request_id: "r1",
    });
    expect(error.errors).toEqual({ "config.lr": ["Too big."], name: ["Empty."] });
    expect(error.requestId).toBe("r1");
  });

  test("an answer that is no envelope still becomes a sentence", () => {
    expect(toError(502, null).message).toContain("could not answer");
  });

  test("unknown parts of a query are left out, empty ones and zero are not", () => {
    expect(withQuery("/x", { a: "", b: null, c: 0, d: undefined })).toBe("/x?a=&c=0");
  });
});

describe("the new-run form", () => {
  const field = (parts: Partial<SchemaField>): SchemaField => ({
    name: "lr",
    group: "g",
    type: "number",
    label: "Rate",
    help: "",
    default: 0.1,
    minimum: 0,
    maximum: 1,
    modes: ["federated"],
    advanced: false,
    nullable: false,
    ...parts,
  });

  test.each([
    [{}, "2", "Must be from 0 to 1."],
    [{}, "abc", "Enter a number."],
    [{}, "", "Enter a value."],
    [{ nullable: true }, "", null],
    [{ type: "integer" as const, maximum: undefined }, "1.5", "Enter a whole number."],
    [{ type: "sizes" as const, maximum: 99 }, "64, 320", "Must be from 0 to 99."],
    [{ type: "size" as const }, "a, b", "Enter whole numbers separated by commas."],
    [{}, "0.5", null],
  ])("%j with %j says %j", (parts, typed, said) => expect(checkField(field(parts), typed)).toBe(said));

  test("values are sent in their own types", () => {
    expect(fromInput(field({ type: "sizes" }), "64, 32")).toEqual([64, 32]);
    expect(fromInput(field({ type: "integer" }), " 7 ")).toBe(7);
    expect(fromInput(field({ type: "number" }), "0,3")).toBe(0.3);
    expect(fromInput(field({ nullable: true }), "")).toBeNull();
    expect(fromInput(field({ type: "boolean" }), true)).toBe(true);
  });

  test("only the fields of the mode are sent", () => {
    const schema: ExperimentSchema = {
      groups: [],
      presets: [],
      fields: [field({}), field({ name: "epochs", modes: ["centralized"], default: 3 })],
    };
    const fields = relevantFields(schema, "federated", {}, false);
    expect(configOf(fields, defaults(schema, { lr: 0.2 }))).toEqual({ lr: 0.2 });
  });

  test("settings that mean nothing beside the others are neither shown nor sent", () => {
    const schema: ExperimentSchema = {
      groups: [],
      presets: [],
      fields: [
        field({ name: "strategy", type: "choice" }),
        field({ name: "proximal_mu" }),
        field({ name: "img_size", group: "images" }),
      ],
    };
    const shown = (strategy: string, isTable: boolean): string[] =>
      relevantFields(schema, "federated", { strategy }, isTable).map((one) => one.name);
    expect(shown("fedavg", true)).toEqual(["strategy"]);
    expect(shown("fedprox", false)).toEqual(["strategy", "proximal_mu", "img_size"]);
  });

  test("errors of the server find their field", () => {
    expect(byField({ "config.lr": ["Too big."], num_server_rounds: ["Too many."] })).toEqual({
      lr: "Too big.",
      num_rounds: "Too many.",
    });
  });
});

describe("throttling", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("runs at once, then once per interval, and never loses the last call", () => {
    const action = vi.fn();
    const call = throttled(action, 100);
    call();
    call();
    call();
    expect(action).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(100);
    expect(action).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(500);
    expect(action).toHaveBeenCalledTimes(2);
  });
});
