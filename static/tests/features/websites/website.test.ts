import { expect, test } from "vitest";
import { GROUPS, namedFinding, shortAddress, triedLinks, whoseOf } from "../../../src/features/websites/website";
import type { SiteAnalysis, SiteVisit } from "../../../src/lib/types";

test("a finding has a group that is shown, and one that is not known keeps its name", () => {
  const groups = GROUPS.map((one) => one.group);
  for (const name of ["title_missing", "link_broken", "something_new", "constructor"])
    expect(groups).toContain(namedFinding({ name, count: 1, items: [] }).group);
  expect(namedFinding({ name: "constructor", count: 1, items: [] }).name).toBe("constructor");
});

test("links keep the order of the page, and those that were not tried say so", () => {
  const analysis = {
    facts: { links: ["http://a.example/1", "http://a.example/2"] },
    links: [{ url: "http://a.example/2", state: "broken", status: 404 }],
  } as unknown as SiteAnalysis;
  expect(triedLinks(analysis).map((one) => [one.broken, one.status])).toEqual([
    [false, null],
    [true, 404],
  ]);
});

test("an address is shown without what every address has", () => {
  expect(shortAddress("https://a.example/")).toBe("a.example");
  expect(shortAddress("http://a.example/b/")).toBe("a.example/b/");
});

test("a competitor has its name where it has one", () => {
  const visit = { site_kind: "competitor", competitor_id: "harbour-two" } as SiteVisit;
  expect(whoseOf(visit)).toContain("harbour-two");
  expect(whoseOf({ ...visit, competitor_id: null })).not.toContain("null");
});
