import { expect, test } from "vitest";
import { activeRuns, stoppable } from "../../../src/features/runs/stopping.svelte";
import type { Home } from "../../../src/lib/types";

const run = (id: number, study_id: number | null, status = "in_progress") =>
  ({ id, name: `run ${id}`, status, study_id, job: null }) as unknown as Home["running"][number];
const study = (id: number, statuses: Record<string, number>) =>
  ({ id, name: `study ${id}`, statuses, run_ids: [1, 2, 3] }) as unknown as NonNullable<Home["studies"]>[number];

test("a study is stopped as a whole, with all of its runs that wait or run", () => {
  const home = {
    running: [run(1, 5), run(9, null)],
    studies: [study(5, { in_progress: 2, queued: 11, completed: 2 })],
  } as unknown as Home;
  const offered = stoppable(home);
  expect(offered.map((one) => one.study?.id ?? one.run.id)).toEqual([5, 9]);
  expect(activeRuns(offered[0]!.study!)).toBe(13);
});

test("two rows of one study are offered once, and a last run by itself", () => {
  const home = {
    running: [run(1, 5), run(2, 5), run(3, 6)],
    studies: [study(5, { in_progress: 2 }), study(6, { in_progress: 1, completed: 4 })],
  } as unknown as Home;
  expect(stoppable(home).map((one) => [one.study?.id ?? null, one.run.id])).toEqual([
    [5, 1],
    [null, 3],
  ]);
  expect(stoppable(null)).toEqual([]);
});
