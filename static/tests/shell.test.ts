import { describe, expect, it } from "vitest";
import { causesOf, titleOf } from "../src/features/inbox/causes";
import type { Need } from "../src/lib/types";
import { CREATE, MOVED, OBJECTS, PAGES } from "../src/nav";
import { createsFor, isWithin, mayOpen, objectAt, pageAt, trimmed } from "../src/shell/places";
import { answeredTo, distance, matching } from "../src/shell/palette";

const VIEWER = { isAdmin: false, canTrain: false };
const ADMIN = { isAdmin: true, canTrain: true };

describe("the table of pages", () => {
  it("has each path and each key once", () => {
    const paths = PAGES.map((row) => row.path);
    const keys = PAGES.flatMap((row) => row.key ?? []);
    expect(new Set(paths).size).toBe(paths.length);
    expect(new Set(keys).size).toBe(keys.length);
  });
  it("leads to a component from every row", async () => {
    for (const row of [...PAGES, ...OBJECTS]) expect(typeof row.load).toBe("function");
  });
  it("moves old addresses to pages that exist", () => {
    for (const to of Object.values(MOVED)) expect(pageAt(to)).toBeDefined();
  });
  it("creates things of pages that exist", () => {
    for (const row of CREATE) {
      expect(pageAt(row.of)).toBeDefined();
      expect(pageAt(row.path.split("?")[0]!)).toBeDefined();
    }
  });
  it("shows people only what they may open", () => {
    const shown = (person: typeof ADMIN): string[] =>
      PAGES.filter((row) => mayOpen(row, person)).map((row) => row.path);
    expect(shown(VIEWER)).not.toContain("/users");
    expect(shown(VIEWER)).not.toContain("/new");
    expect(shown(ADMIN)).toEqual(PAGES.map((row) => row.path));
  });
  it("offers what the open page holds first", () => {
    expect(createsFor("/studies/3")[0]!.of).toBe("/studies");
    expect(createsFor("/")[0]!.of).toBe("/runs");
  });
  it("marks the page that an address belongs to", () => {
    const runs = pageAt("/runs")!;
    expect(isWithin(runs, "/runs/7")).toBe(true);
    expect(isWithin(runs, "/analytics")).toBe(true);
    expect(isWithin(runs, "/runsabout")).toBe(false);
    expect(isWithin(pageAt("/")!, "/runs")).toBe(false);
  });
  it("reads the number of an object from its address", () => {
    expect(objectAt("/runs/12")?.id).toBe(12);
    expect(objectAt("/runs/x")).toBeUndefined();
    expect(trimmed("/runs/")).toBe("/runs");
    expect(trimmed("/")).toBe("/");
  });
});

describe("the palette", () => {
  const entries = [
    { label: "Runs" },
    { label: "Studies", words: "sweep seeds" },
    { label: "All runs of today" },
    { label: "Inbox", words: "error failure" },
  ];
  it("finds a page by another word for it", () => {
    expect(matching(entries, "sweep").map((one) => one.label)).toEqual(["Studies"]);
    expect(matching(entries, "error").map((one) => one.label)).toEqual(["Inbox"]);
  });
  it("puts the closest first", () => {
    expect(matching(entries, "run").map((one) => one.label)).toEqual(["Runs", "All runs of today"]);
  });
  it("accepts letters in their order, three at least", () => {
    expect(distance({ label: "Federations" }, "fdr")).toBe(4);
    expect(distance({ label: "Federations" }, "fx")).toBeNull();
  });
  it("shows of an older answer only what matches what was typed since", () => {
    const answer = ["Forty adults: gender by region of origin", "errors of site 3"].map((name, id) => ({
      kind: "run",
      id,
      name,
      status: null,
    }));
    expect(answeredTo(answer, "error", "error")).toHaveLength(2);
    expect(answeredTo(answer, "error", "errors of").map((one) => one.id)).toEqual([1]);
    expect(answeredTo(answer, "error", "krum")).toEqual([]);
  });
  it("shows everything while nothing is typed", () => {
    expect(matching(entries, " ")).toHaveLength(4);
  });
});

describe("the inbox", () => {
  const need = (run_id: number, detail: string, kind: Need["kind"] = "failed", about = "run"): Need => ({
    kind,
    about,
    advice: null,
    href: `/runs/${run_id}`,
    acknowledge: null,
    title: `r${run_id} failed`,
    detail,
    run_id,
    incident_id: null,
    at: null,
    action: null,
  });
  it("groups by cause, whatever numbers differ", () => {
    const causes = causesOf([
      need(1, "Round 3: no client in time"),
      need(2, "Round 12: no client in time"),
      need(3, "Out of memory"),
    ]);
    expect(causes.map((cause) => cause.needs.map((one) => one.run_id))).toEqual([[1, 2], [3]]);
  });
  it("keeps apart what the failures are about, and names each", () => {
    const causes = causesOf([need(1, "x"), need(2, "x", "failed", "benchmark_run"), need(3, "x", "failed", "bell")]);
    expect(causes.map(titleOf)).toEqual(["inbox.failed", "inbox.failed_benchmarks", "inbox.failed"]);
  });
  it("keeps kinds apart and loses nothing", () => {
    const needs = [need(1, "x"), need(2, "x", "lost"), need(3, "x")];
    const causes = causesOf(needs);
    expect(causes).toHaveLength(2);
    expect(causes.flatMap((cause) => cause.needs)).toHaveLength(3);
  });
});
