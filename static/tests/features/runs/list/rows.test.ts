import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asFilter, isComparison } from "../../../../src/features/runs/list/filter";
import { countRows, rowOf, spotAt, type OpenStudy } from "../../../../src/features/runs/list/rows";
import { doneOf, meansOf, statesOf } from "../../../../src/features/runs/list/studyrow";
import type { StudyRow } from "../../../../src/lib/types";

describe("rows with open studies", () => {
  it("stand where a list written out would have them", () => {
    const opened = fc.uniqueArray(fc.record({ place: fc.nat(20), size: fc.nat(5) }), { selector: (one) => one.place });
    fc.assert(
      fc.property(fc.nat(20), opened, (total, all: OpenStudy[]) => {
        const open = all.filter((one) => one.place < total);
        const written: [number, number | null][] = [];
        for (let place = 0; place < total; place += 1) {
          expect(rowOf(place, open)).toBe(written.length);
          written.push([place, null]);
          const size = open.find((one) => one.place === place)?.size ?? 0;
          for (let member = 0; member < size; member += 1) written.push([place, member]);
        }
        expect(countRows(total, open)).toBe(written.length);
        written.forEach(([place, member], row) => expect(spotAt(row, open)).toEqual({ place, member }));
      }),
    );
  });
});

describe("the row of a study", () => {
  const study: StudyRow = {
    id: 1,
    name: "Worth it?",
    metric: "auroc",
    run_ids: [1, 2, 3, 4, 5],
    statuses: { completed: 2, failed: 1, queued: 1, in_progress: 1 },
    means: [
      { arm: "federated", n: 2, mean: 0.95321 },
      { arm: "central", n: 1, mean: 0.5 },
    ],
  };
  it("says first what needs a look, and how many runs are over", () => {
    expect(statesOf(study).map((one) => [one.state, one.count])).toEqual([
      ["failed", 1],
      ["running", 1],
      ["queued", 1],
      ["succeeded", 2],
    ]);
    expect(doneOf(study)).toEqual({ over: 3, all: 5 });
  });
  it("has the means of the arms, and none where nothing was measured", () => {
    expect(meansOf(study)).toBe("AUROC: federated 0.9532 · central 0.5000");
    expect(meansOf({ ...study, means: [] })).toBe("");
  });
});

describe("what is typed", () => {
  it("is a comparison or words of a name", () => {
    for (const text of ['status = "succeeded"', "lr = 0.01", "metrics.loss < 3", "name LIKE 'a%'"]) {
      expect(isComparison(text)).toBe(true);
      expect(asFilter(text)).toBe(text);
    }
    expect(isComparison("chest x-ray")).toBe(false);
  });
});
