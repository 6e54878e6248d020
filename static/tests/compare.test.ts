import { expect, test } from "vitest";
import { hasAim, judged, judgedBySites, overlays, signed, verdict } from "../src/lib/compare";
import type { Comparison } from "../src/lib/types";

const run = (id: number, name: string) => ({ id, name, training_mode: "centralized", status: "completed", visibility: "team", start_time: "", end_time: null, tags: {} });
const comparison = {
  runs: [run(7, "one"), run(9, "two")],
  baseline: 7,
  params: [],
  metrics: [{ name: "val_loss", lower_is_better: true, values: [], differences: [], best_run: 7 }],
  series: ["val_loss"],
} as unknown as Comparison;
const curve = (run_id: number) => ({ run_id, name: "val_loss", client: null, steps: [0, 1], values: [1, null] });

test("a panel holds a line per run, in the colours of their order", () => {
  const [panel] = overlays(comparison, [curve(9), curve(7), curve(11)]);
  expect(panel?.aim).toBe("low");
  expect(panel?.lines.map((line) => [line.label, line.hue])).toEqual([["two (9)", 1], ["one (7)", 0]]);
});

test("what a model is judged by stands first", () => {
  const names = judged(["train_loss", "val_acc", "test_auroc"].map((name) => ({ name })) as never).map((one) => one.name);
  expect(names).toEqual(["test_auroc", "val_acc", "train_loss"]);
});

test("differences are told with their sign, and zero is one", () => {
  expect([signed(-0.25), signed(0.5), signed(0), signed(null)]).toEqual(["−0.2500", "+0.5000", "0", "–"]);
});

test("a lower loss is better and a lower accuracy worse", () => {
  expect([verdict(-1, true), verdict(-1, false), verdict(0, true), verdict(null, true)]).toEqual(["better", "worse", "same", "same"]);
});

test("counts and rates have no best", () => {
  expect(["val_cm_tp", "learning_rate", "test_auroc", "val_loss"].map(hasAim)).toEqual([false, false, true, true]);
});

test("runs that the sites measured are named beside others, and only there", () => {
  const runs = (...on: (string | null)[]) => on.map((evaluated_on, place) => ({ ...run(place, `run ${place}`), evaluated_on })) as never;
  expect(judgedBySites(runs("held_out_rows", "site_validation", null))).toBe("run 1");
  expect([judgedBySites(runs("site_validation", "site_validation")), judgedBySites(runs("held_out_rows", null))]).toEqual(["", ""]);
});
