import { describe, expect, it } from "vitest";
import {
  apply,
  applyAll,
  countsOf,
  NOTHING,
  shareOf,
  SHOWN_ANSWERS,
  type Answer,
} from "../../../src/features/benchmarks/run/live";
import type { LiveEvent } from "../../../src/lib/live/stream";

const event = (seq: number, type: string, data: Record<string, unknown>): LiveEvent => ({
  topic: "benchmark_run:1",
  seq,
  type,
  at: "2026-01-01T00:00:00Z",
  data,
});
const progress = (seq: number, done: number): LiveEvent =>
  event(seq, "benchmark_progress", { done, failed: 2, total: 100, rate: 5, eta_seconds: 18, server: "open" });
const answer = (trait: string): Answer => ({
  persona_id: 1,
  trait,
  scale_order: "in",
  rating: 3,
  kind: null,
  attempt: 1,
  text: "",
});
const snapshot = { done: 10, failed: 0, open: 90, missing: 90, total: 100, pct: 10 };

describe("a run that is followed live", () => {
  it("shows the counts of an event that came after the snapshot was asked for", () => {
    const view = apply(NOTHING, progress(7, 40));
    expect(countsOf(snapshot, 6, view)).toEqual({ done: 40, failed: 2, total: 100, open: 58, missing: 60 });
  });
  it("shows the counts of a snapshot that was asked for after the newest event", () => {
    const view = apply(NOTHING, progress(7, 40));
    expect(countsOf(snapshot, 7, view)).toEqual(snapshot);
    expect(countsOf(snapshot, 0, NOTHING)).toEqual(snapshot);
  });
  it("has the newest answers first, and a limited number of them", () => {
    const first = event(1, "benchmark_answers", { answers: [answer("a"), answer("b")] });
    const second = event(2, "benchmark_answers", { answers: [answer("c")] });
    expect(applyAll(NOTHING, [first, second]).answers.map((one) => one.trait)).toEqual(["c", "b", "a"]);
    const many = event(3, "benchmark_answers", { answers: Array.from({ length: 80 }, () => answer("x")) });
    const view = apply(NOTHING, many);
    expect(view.answers).toHaveLength(SHOWN_ANSWERS);
    expect(new Set(view.answers.map((one) => one.number)).size).toBe(SHOWN_ANSWERS);
  });
  it("takes state and reason from their event, and nothing from those that it does not know", () => {
    const view = applyAll(NOTHING, [
      event(1, "benchmark_state_changed", { run_id: 1, state: "failed", detail: "The server is gone." }),
      event(2, "benchmark_probed", { run_id: 1, endpoint: "chat", warnings: [] }),
      event(3, "something_else", { state: "running" }),
    ]);
    expect([view.state, view.detail]).toEqual(["failed", "The server is gone."]);
  });
  it("is complete where nothing is to be asked", () => {
    expect(shareOf({ done: 0, failed: 0, total: 0 })).toBe(1);
    expect(shareOf({ done: 1, failed: 1, total: 4 })).toBe(0.5);
  });
});
