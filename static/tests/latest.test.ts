import { describe, expect, test } from "vitest";
import { words } from "../src/lib/format";
import { panels } from "../src/ui/chart/chart";
import { choices, fieldsOf, headOf, rolesOf, withRole } from "../src/lib/dataset";
import { Latest } from "../src/lib/latest";
import { own } from "../src/lib/own";
import type { ColumnView } from "../src/lib/types";

describe("answers", () => {
  test("a late answer to an earlier request does not count", () => {
    const answers = new Latest();
    const [first, second] = [answers.begin(), answers.begin()];
    expect([second(), first()]).toEqual([true, false]);
  });

  test("answers that come in order all count, so that a slow server is seen", () => {
    const answers = new Latest();
    const [first, second] = [answers.begin(), answers.begin()];
    expect([first(), second()]).toEqual([true, true]);
  });

  test("an answer that knows nothing of a change made here does not count", () => {
    const answers = new Latest();
    const before = answers.begin();
    answers.changed();
    const after = answers.begin();
    expect([before(), after()]).toEqual([false, true]);
  });

  test("of another question only the new answer counts, also when it comes first", () => {
    const answers = new Latest();
    const [old, next] = [answers.begin(), answers.restart()];
    expect([old(), next()]).toEqual([false, true]);
  });
});

describe("names that people chose", () => {
  const INHERITED = ["constructor", "toString", "valueOf", "__proto__", "hasOwnProperty"];

  test.each(INHERITED)("a metric called %s is a name like any other", (name) => {
    expect(own({ loss: 1 }, name)).toBeUndefined();
    expect(typeof words(name)).toBe("string");
    const series = [name, "loss"].map((one) => ({ name: one, client: null, steps: [0, 1], values: [1, 2] }));
    expect(
      panels(series)
        .flatMap((panel) => panel.lines.map((line) => line.key))
        .sort(),
    ).toEqual([name, "loss"].sort());
    expect(panels(series).every((panel) => panel.lines.every((line) => Number.isInteger(line.hue)))).toBe(true);
  });

  test("what an object has itself is found under any name", () => {
    expect(own(JSON.parse('{"__proto__": 3, "constructor": 4}') as Record<string, number>, "__proto__")).toBe(3);
    expect(own(null, "a")).toBeUndefined();
  });
});

const column = (name: string, role: ColumnView["role"], type: ColumnView["type"] = "number"): ColumnView => ({
  name,
  role,
  type,
  missing: 0,
  distinct: 2,
  low: 0,
  high: 1,
  values: [],
});

describe("roles of columns", () => {
  const columns = [
    column("Target", "target", "text"),
    column("age", "feature"),
    column("plz", "feature"),
    column("__proto__", "site", "text"),
  ];

  test("only one column is the target; the one before falls back to what it holds", () => {
    const roles = withRole(rolesOf(columns), columns, "age", "target", "table");
    expect([...roles]).toEqual([
      ["Target", "site"],
      ["age", "target"],
      ["plz", "feature"],
      ["__proto__", "site"],
    ]);
  });

  test("the form says what was chosen, whatever the columns are called", () => {
    let roles = withRole(rolesOf(columns), columns, "plz", "site", "table");
    roles = withRole(roles, columns, "__proto__", "ignored", "table");
    expect(fieldsOf(roles, columns)).toEqual([
      ["target_column", "Target"],
      ["patient_column", ""],
      ["text_columns", '["plz"]'],
      ["ignored_columns", '["__proto__"]'],
    ]);
  });

  test("only numbers can be learned from, and no column of images", () => {
    expect(choices(column("a", "site", "text"), "table")).not.toContain("feature");
    expect(choices(column("a", "feature"), "images")).not.toContain("feature");
  });

  test("a preview takes whole lines of a large table", async () => {
    const line = "1,2,3\n";
    const head = await headOf(new Blob([line.repeat(100_000)]));
    expect(head.size).toBeLessThan(300_000);
    expect(head.size % line.length).toBe(0);
  });
});
