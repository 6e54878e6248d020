import { expect, test } from "vitest";
import { lostInLog, spaceFor, STEP_INCREMENTS, tickLabels } from "../../../src/ui/chart/axis";
import { atAGlance, bestOf, panels, withWhole } from "../../../src/ui/chart/chart";
import { nameLists } from "../../../src/features/runs/curves";

test("labels of an axis differ wherever their values do", () => {
  expect(tickLabels([1e-9, 1.5e-9, 2e-9])).toEqual(["10⁻⁹", "1.5×10⁻⁹", "2×10⁻⁹"]);
  expect(tickLabels([0.0015, 1.6e-9, 1.7e-9], ",")).toEqual(["0,0015", "1,6×10⁻⁹", "1,7×10⁻⁹"]);
  expect(tickLabels([100_000, 100_050, 100_100])).toEqual(["10⁵", "1.0005×10⁵", "1.001×10⁵"]);
  expect(tickLabels([0, 0.25, 0.5, null])).toEqual(["0", "0.25", "0.5", ""]);
});

test("labels of any number of steps have their place", () => {
  expect(STEP_INCREMENTS.at(-1)).toBeGreaterThan(1e17);
  expect(spaceFor("900,000,000,000,000")).toBeGreaterThan(spaceFor("10"));
});

test("what a log scale cannot show is counted: zero and below, not what was never measured", () => {
  expect(lostInLog([[0, -1, 2, null], undefined])).toBe(2);
});

const one = { name: "loss", client: null, steps: [0, 100], values: [3, 2], min: [1, 2], max: [3, 2], times: [10, 20] };
const summary = {
  name: "loss",
  client: null,
  count: 200,
  last: 2,
  last_step: 199,
  best: 1,
  best_step: 50,
  min: 1,
  min_step: 50,
  max: 3,
  max_step: 0,
  goal: "min" as const,
};

test("the best is that of the whole curve, not of the points that were drawn", () => {
  const [panel] = panels(withWhole([one], [summary]), 1);
  expect(bestOf(panel!.lines[0]!, panel!.aim)).toEqual({ step: 51, value: 1 });
});

test("over time the best has a place only where its point was sent", () => {
  const [panel] = panels(withWhole([one], [summary]), 1, "time");
  expect(bestOf(panel!.lines[0]!, panel!.aim)).toEqual({ step: null, value: 1 });
});

test("of a thousand series only those seen at a glance are drawn on the overview", () => {
  const many = Array.from({ length: 1_000 }, (_, place) => ({ ...summary, name: `metric_${place}` }));
  const glance = atAGlance([
    ...many,
    { ...summary, name: "global_zeal" },
    { ...summary, name: "metric_0", client: "north" },
  ]);
  expect(glance.panels).toBe(1_001);
  expect(glance.names).toHaveLength(13);
  expect(glance.names).toContain("global_zeal");
});

test("any number of names is asked for in addresses that are short enough", () => {
  const names = Array.from({ length: 300 }, (_, place) => `מדד, ${place}`);
  const lists = nameLists(names);
  expect(lists.length).toBeGreaterThan(1);
  expect(Math.max(...lists.map((list) => encodeURIComponent(list).length))).toBeLessThan(6_100);
  expect(
    lists
      .join(",")
      .split('"')
      .filter((part) => part.startsWith("מדד")),
  ).toEqual(names);
});
