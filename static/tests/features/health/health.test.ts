import { describe, expect, it } from "vitest";
import {
  adviceOf,
  changedText,
  checkText,
  contentsOf,
  endingText,
  partName,
  statusWord,
  thresholdText,
  waitHeat,
} from "../../../src/features/health/health";
import { usagePath, usagePoints } from "../../../src/features/health/usage";
import type { Check } from "../../../src/lib/types";

const check = (code: string, params: Record<string, unknown> = {}): Check => ({
  name: "the server's name",
  status: "ok",
  detail: "The server's sentence.",
  code,
  params,
  threshold: "What the server expects.",
  limits: {},
  advice: "What the server advises.",
  changed_at: null,
});

describe("a check of the server", () => {
  it("is said by its code, with its values", () => {
    const disk = check("disk_low", { free: 2e9, total: 8e9, contents: "home+logs" });
    expect(checkText(disk)).toMatch(/^Low: 2\.0 GB of 8\.0 GB free\./);
    expect(partName(disk)).toBe("Disk (home, logs)");
    expect(checkText(check("workers_ok", { queue: "io", count: 1 }))).toBe("1 worker is listening.");
    expect(checkText(check("database_ok", { kind: "SQLite" }))).toBe("SQLite");
  });
  it("keeps the server's own words where the code is not known", () => {
    expect(checkText(check("moon_full"))).toBe("The server's sentence.");
    expect(partName(check("moon_full"))).toBe("the server's name");
    expect(checkText(check("constructor"))).toBe("The server's sentence.");
    expect(statusWord("odd")).toBe("odd");
    expect(contentsOf("home+cache")).toBe("home, cache");
  });
});

describe("a part of the platform", () => {
  it("says what it is held against, with its numbers", () => {
    expect(thresholdText({ ...check("clock_ok"), limits: { seconds: 10 } })).toBe("Expected: a tick within 10 s.");
    expect(thresholdText({ ...check("queues_ok"), limits: { seconds: 3600 } })).toContain("longer than 60 min");
    expect(thresholdText({ ...check("disk_low"), limits: { low: 2e9, full: 5e8 } })).toContain("at least 2.0 GB free");
    expect(thresholdText(check("moon_full"))).toBe("What the server expects.");
  });
  it("says what to do, with the command that does it", () => {
    const command = "python -m app worker --queue io";
    expect(adviceOf(check("workers_failing", { queue: "io" }))).toEqual({ text: "Start one:", command });
    expect(adviceOf(check("clock_failing")).command).toBe("python -m app clock");
    expect(adviceOf(check("moon_full"))).toEqual({ text: "What the server advises.", command: "" });
  });
  it("says when it changed, or that this was just now", () => {
    const at = new Date(0).toISOString();
    expect(changedText({ ...check("clock_ok"), changed_at: at }, 7_200_000)).toBe("changed 2 h ago");
    expect(changedText(check("clock_ok"), 0)).toBe("changed within the last minute");
  });
  it("warms with the wait of a queue", () => {
    expect([null, 60, 299, 300, 3599, 3600].map(waitHeat)).toEqual(["", "", "", "warm", "warm", "hot"]);
  });
});

describe("the end of a process", () => {
  const at = "2026-11-01T00:00:00+00:00";
  it("tells a signal from an exit code", () => {
    expect(endingText({ at, status: null, signal: "SIGKILL", lived_seconds: 3 })).toContain("memory");
    expect(endingText({ at, status: null, signal: "SIGSEGV", lived_seconds: 3 })).toBe("Ended by SIGSEGV after 3.0 s.");
    expect(endingText({ at, status: 0, signal: null, lived_seconds: 0.5 })).toBe("Exit code 0 after 500 ms.");
  });
});

describe("the line of a disk", () => {
  const sample = (hour: number, used: number) => ({ at: new Date(hour * 3_600_000).toISOString(), used_bytes: used });
  it("stands at its times and falls towards empty", () => {
    const points = usagePoints([sample(0, 25), sample(5, 50), sample(10, 100)], 100, 0, 10 * 3_600_000);
    expect(points).toEqual([
      { x: 0, y: 0.75 },
      { x: 0.5, y: 0.5 },
      { x: 1, y: 0 },
    ]);
  });
  it("leaves out what lies before the chart, and a disk without a size", () => {
    expect(usagePoints([sample(0, 1), sample(6, 1)], 2, 5 * 3_600_000, 10 * 3_600_000)).toHaveLength(1);
    expect(usagePoints([sample(1, 0)], 0, 0, 10)).toEqual([]);
  });
  it("breaks where nobody measured for long", () => {
    const points = [0, 0.1, 0.9].map((x) => ({ x, y: 0 }));
    expect(usagePath(points, 10, 10, 0.5)).toBe("M0.0 0.0L1.0 0.0M9.0 0.0");
  });
});
