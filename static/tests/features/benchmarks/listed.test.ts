/** A list keeps what a person did, also when an older answer arrives after it. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Listed } from "../../../src/features/benchmarks/people/listed.svelte";

interface Row {
  id: number;
  name: string;
}
let answer: (rows: Row[]) => void;

beforeEach(() => {
  vi.stubGlobal(
    "fetch",
    () =>
      new Promise((resolve) => {
        answer = (items) =>
          resolve(new Response(JSON.stringify({ items }), { headers: { "Content-Type": "application/json" } }));
      }),
  );
});

describe("a list", () => {
  it("drops an answer that was requested before a row was added", async () => {
    const list = new Listed<Row>("/api/things");
    const loading = list.load();
    list.put({ id: 2, name: "new" });
    answer([{ id: 1, name: "old" }]);
    await loading;
    expect(list.rows).toEqual([{ id: 2, name: "new" }]);
  });
  it("changes a row in its place and takes one out", async () => {
    const list = new Listed<Row>("/api/things");
    const loading = list.load();
    answer([
      { id: 1, name: "a" },
      { id: 2, name: "b" },
    ]);
    await loading;
    list.put({ id: 1, name: "c" });
    expect(list.rows?.map((row) => row.name)).toEqual(["c", "b"]);
    list.drop({ id: 1, name: "c" });
    expect(list.rows?.map((row) => row.id)).toEqual([2]);
  });
});
