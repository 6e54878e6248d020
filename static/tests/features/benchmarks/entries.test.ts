/** Which entries of a queue another one may be put after. */
import { expect, test } from "vitest";
import { canPrecede, makesPeople, type Entry } from "../../../src/features/benchmarks/queue/entries";

const entry = (type: Entry["type"], status: Entry["status"]): Entry => ({ type, status }) as Entry;

test("a run may wait for whatever makes its personas or their texts", () => {
  const types = ["pool_gen", "balanced_gen", "attrgen", "benchmark", "analysis"] as const;
  expect(types.filter((type) => makesPeople(entry(type, "queued")))).toEqual(["pool_gen", "balanced_gen", "attrgen"]);
});

test("nothing is put after an entry that came to nothing", () => {
  const statuses = ["queued", "waiting", "running", "done", "failed", "cancelled", "skipped"] as const;
  expect(statuses.filter((status) => canPrecede(entry("pool_gen", status)))).toEqual([
    "queued",
    "waiting",
    "running",
    "done",
  ]);
});
