import { describe, expect, it } from "vitest";
import type { LiveEvent } from "../../../src/lib/live/stream";
import { canRetry, isOver, placeOf, type Entry } from "../../../src/features/benchmarks/queue/entries";
import { applied, QUIET } from "../../../src/features/benchmarks/texts/generation";

const event = (type: string, data: Record<string, unknown>): LiveEvent =>
  ({ type, data, seq: 1, topic: "attribute_generation:1", at: "2026-01-01T00:00:00Z" }) as unknown as LiveEvent;
const progress = (done: number, more: Record<string, unknown> = {}): LiveEvent =>
  event("attribute_generation_progress", { done, failed: 1, eta_seconds: 3, server: "open", detail: null, ...more });
const entry = (status: Entry["status"], result_type: string, result_id: number | null): Entry =>
  ({ status, result_type, result_id }) as Entry;

describe("an attribute generation that is followed", () => {
  it("shows the newest progress and state, and why a server is waited for", () => {
    const state = event("attribute_generation_state_changed", { state: "running" });
    const view = applied(QUIET, [progress(2), state, progress(3, { server: "waiting", detail: "Busy." })]);
    expect(view).toEqual({ state: "running", done: 3, failed: 1, eta: 3, detail: "Busy." });
    expect(applied(view, [progress(4)]).detail).toBeNull();
  });
  it("takes no notice of other events", () => {
    expect(applied(QUIET, [event("benchmark_progress", { done: 9 })])).toBe(QUIET);
  });
});

describe("an entry of a queue", () => {
  it("is over or not, and may be retried where it ended badly", () => {
    expect(isOver(entry("waiting", "benchmark_run", null))).toBe(false);
    expect(["done", "failed", "skipped"].map((one) => canRetry(entry(one as Entry["status"], "", null)))).toEqual([
      false,
      true,
      true,
    ]);
  });
  it("leads to what it became, once there is something", () => {
    expect(placeOf(entry("queued", "benchmark_run", null))).toBeNull();
    expect(placeOf(entry("running", "benchmark_run", 7))).toBe("/benchmarks/7");
    expect(placeOf(entry("done", "persona_set", 3))).toBe("/personas#set-3");
    expect(placeOf(entry("done", "attribute_generation", 3))).toBe("/personas");
  });
});
