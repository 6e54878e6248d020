import { expect, test } from "vitest";
import { changesInWords, settingWord } from "../../../src/features/schedules/values";

test("a setting is said in the words of its form", () => {
  expect(settingWord("catch_up", "one")).toBe("run the newest one");
  expect(settingWord("visibility", "team")).toBe("the whole team");
  expect(settingWord("longest", 90)).toBe("1 min 30 s");
  expect(settingWord("backoff", [60, 600])).toBe("1 min 00 s, 10 min 00 s");
  expect(settingWord("params", { check_links: true })).toMatch(/: yes$/);
  expect(settingWord("name", "all")).toBe("all");
  expect([null, undefined, "", []].map((value) => settingWord("exclude", value))).toEqual(["–", "–", "–", "–"]);
});

test("what cannot be read is shown as it was given", () => {
  expect(settingWord("backoff", [60, "soon"])).toBe("1 min 00 s, soon");
  expect(settingWord("starts_at", "never")).toBe("never");
  expect(settingWord("catch_up", "constructor")).toBe("constructor");
});

test("of the parameters only those that changed are said, each by its name", () => {
  const before = { url: "https://example.org", max_links: 5, check_links: true };
  const after = { url: "https://example.org", max_links: 7, language: "de" };
  const said = changesInWords({ params: [before, after], timeout_s: [null, 90] });
  expect(said.map((one) => [one.before, one.after])).toEqual([
    ["5", "7"],
    ["yes", "–"],
    ["–", "German"],
    ["–", "1 min 30 s"],
  ]);
  expect(said.at(-1)!.name).toBe("An attempt may take");
});
