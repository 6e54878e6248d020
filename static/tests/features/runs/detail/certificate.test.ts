import { describe, expect, it } from "vitest";

import type { Certificate, Fit } from "../../../../src/features/runs/detail/certificate";
import { partSize, siteFits, valueOf, verdictOf } from "../../../../src/features/runs/detail/certificate";

const fit: Fit = {
  what: "median",
  column: "crp",
  fitted_on: "train",
  rows: 7,
  also_in_validation: 0,
  also_in_test: null,
  value: 1.5,
  rows_sha256: "ab",
};
const certificate: Certificate = {
  ok: true,
  leaks: [],
  blocks: [],
  fits: [fit],
  filled: {},
  unseen: {},
  sites: [
    { site: "berlin", reported: true, leaks: [], blocks: [], fits: [fit, fit] },
    { site: "munich", reported: false, leaks: [], blocks: [], fits: [] },
  ],
  unknown: ["munich"],
};

describe("the leak certificate across sites", () => {
  it("has a row for each fit of a site, and one for a site that does not report", () => {
    expect(siteFits(certificate.sites ?? []).map((row) => [row.site, row.fit?.rows])).toEqual([
      ["berlin", 7],
      ["berlin", 7],
      ["munich", undefined],
    ]);
  });

  it("names a site that says nothing, and a leak before that", () => {
    expect(verdictOf({ ...certificate, ok: null })).toContain("munich");
    expect(verdictOf({ ...certificate, ok: false, leaks: ["berlin: leaks"] })).toBe("berlin: leaks");
    expect(verdictOf(certificate)).toContain("site");
    expect(verdictOf({ ...certificate, sites: undefined })).toContain("training rows only");
  });

  it("says that patients are unknown where a site does not report", () => {
    expect(partSize({ block: "train", rows: 5, patients: null }, String)).toContain("5 rows; a site");
    expect(valueOf(null, String, "–")).toBe("–");
  });
});
