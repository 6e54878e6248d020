import { expect, test } from "vitest";
import {
  judged,
  judgedApart,
  overlays,
  rowsOfMetric,
  signed,
  themes,
  verdict,
} from "../../../../src/features/runs/compare/compare";
import { bestOf } from "../../../../src/ui/chart/chart";
import type { Comparison } from "../../../../src/lib/types";

const run = (id: number, name: string) => ({
  id,
  name,
  training_mode: "centralized",
  status: "completed",
  origin: "outside",
  visibility: "team",
  start_time: "",
  end_time: null,
  tags: {},
});
const comparison = {
  runs: [run(7, "one"), run(9, "two")],
  baseline: 7,
  params: [],
  metrics: [
    {
      name: "val_loss",
      goal: "min",
      lower_is_better: true,
      values: [{ last: 2, best: 0.25, best_step: 3 }, null],
      differences: [],
      best_run: 7,
    },
  ],
  series: ["val_loss"],
} as unknown as Comparison;
const curve = (run_id: number) => ({ run_id, name: "val_loss", client: null, steps: [0, 1], values: [1, null] });

const among = (...names: string[]): Comparison =>
  ({
    ...comparison,
    metrics: names.map((name) => ({
      name,
      goal: null,
      lower_is_better: null,
      values: [{ last: 1, best: 1, best_step: 0 }, null],
    })),
  }) as unknown as Comparison;

test("a panel holds a line per run, in the colours of their order", () => {
  const [panel] = overlays(comparison, [curve(9), curve(7), curve(11)], themes(comparison));
  expect(panel?.aim).toBe("low");
  expect(panel?.lines.map((line) => [line.label, line.hue])).toEqual([
    ["two (9)", 1],
    ["one (7)", 0],
  ]);
});

test("curves that were measured on different rows name them, and so does the row of the table", () => {
  const value = (measured_on: string) => ({ last: 1, best: 1, best_step: 0, measured_on });
  const mixed = {
    ...comparison,
    metrics: [{ ...comparison.metrics[0], values: [value("validation"), value("test")] }],
  } as unknown as Comparison;
  const labels = (one: Comparison) =>
    overlays(one, [curve(7), curve(9)], themes(one))[0]!.lines.map((line) => line.label);
  expect(labels(mixed)).toEqual(["one (7), validation rows", "two (9), test rows"]);
  expect(rowsOfMetric(mixed.metrics[0]!)).toEqual(["validation", "test"]);
  mixed.metrics[0]!.values[1] = value("validation");
  expect(labels(mixed)).toEqual(["one (7)", "two (9)"]);
  expect(rowsOfMetric(mixed.metrics[0]!)).toEqual(["validation"]);
});

test("the best of a curve is what the table above it says, also where its point is not drawn", () => {
  const [panel] = overlays(comparison, [curve(7)], themes(comparison));
  expect(bestOf(panel!.lines[0]!, "low")).toEqual({ step: 3, value: 0.25 });
});

test("epochs of our own trainings count from one, as on their page", () => {
  const ours = {
    ...comparison,
    runs: [{ ...run(7, "one"), origin: "trained" }, run(9, "two")],
  } as unknown as Comparison;
  const lines = overlays(ours, [curve(7), curve(9)], themes(ours))[0]!.lines;
  expect(lines.map((line) => line.steps)).toEqual([
    [1, 2],
    [0, 1],
  ]);
  expect(lines[0]!.whole?.best_step).toBe(4);
});

test("what both modes measure under names of their own lies in one chart", () => {
  const both = among("accuracy", "global_accuracy", "val_acc", "clients_val_acc", "cm_tp");
  expect(themes(both)).toEqual([
    { key: "accuracy", names: ["accuracy", "global_accuracy", "val_acc"] },
    { key: "clients_val_acc", names: ["clients_val_acc"] },
  ]);
});

test("what a program measured on test rows step by step is a curve, the one test of our own training is none", () => {
  const both = among("test_loss", "val_loss", "cm_tp");
  expect(themes(both).map((theme) => theme.key)).toEqual(["val_loss", "test_loss"]);
  const ours = { ...both, runs: [{ ...run(7, "one"), origin: "trained" }, run(9, "two")] } as unknown as Comparison;
  expect(themes(ours).map((theme) => theme.key)).toEqual(["val_loss"]);
});

test("two curves of one run in a chart are told apart", () => {
  const both = among("global_acc", "val_acc", "val_accuracy");
  const curves = ["val_acc", "val_accuracy"].map((name) => ({ ...curve(7), name }));
  expect(overlays(both, curves, themes(both))[0]!.lines.map((line) => line.label)).toEqual([
    "one (7), val_acc",
    "one (7), val_accuracy",
  ]);
});

test("what a model is judged by stands first", () => {
  const names = judged(["train_loss", "val_acc", "test_auroc"].map((name) => ({ name })) as never).map(
    (one) => one.name,
  );
  expect(names).toEqual(["test_auroc", "val_acc", "train_loss"]);
});

test("differences are told with their sign, and zero is one", () => {
  expect([signed(-0.25), signed(0.5), signed(0), signed(null)]).toEqual(["−0.2500", "+0.5000", "0", "–"]);
});

test("a lower loss is better and a lower accuracy worse", () => {
  expect([verdict(-1, true), verdict(-1, false), verdict(0, true), verdict(null, true)]).toEqual([
    "better",
    "worse",
    "same",
    "same",
  ]);
  expect(verdict(-1, null)).toBe("same");
});

test("a metric of unknown direction has no best", () => {
  const unknown = { ...comparison, metrics: [{ ...comparison.metrics[0]!, goal: null }] } as Comparison;
  const [panel] = overlays(unknown, [curve(7)], themes(unknown));
  expect([panel!.aim, bestOf(panel!.lines[0]!, panel!.aim)]).toEqual(["none", null]);
});

test("runs that the sites measured are named beside others, and only there", () => {
  const runs = (...on: (string | null)[]) =>
    on.map((evaluated_on, place) => ({ ...run(place, `run ${place}`), evaluated_on })) as never;
  expect(judgedApart(runs("held_out_rows", "site_validation", null))).toMatch(
    /those of run 1 on the sites.* those of run 0 on rows that no training saw/,
  );
  expect(judgedApart(runs("site_validation", null))).not.toContain("no training saw");
  expect([judgedApart(runs("site_validation", "site_validation")), judgedApart(runs("held_out_rows", null))]).toEqual([
    "",
    "",
  ]);
});
