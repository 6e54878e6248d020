import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrange, chartOf, moved, NO_CHOICE, pinned, renamed, sectionOf, titled } from "../../../src/ui/chart/arrange";
import type { Panel } from "../../../src/ui/chart/chart";

const panel = (key: string): Panel => ({ key, title: key, aim: "none", lines: [] });
const chart = (name: string) => {
  const section = sectionOf(name);
  return chartOf(panel(name.slice(section ? section.length + 1 : 0)), section);
};
const names = ["loss", "train/loss", "train/deep/lr", "val/loss"];
const charts = names.map(chart);
const shown = (choice: Parameters<typeof arrange>[1]) =>
  arrange(charts, choice).map((group) => [group.pinned ? "*" : group.name, group.charts.map((one) => one.id)]);

describe("charts", () => {
  it("stand under the part of their names before the slash, and have one name wherever they stand", () => {
    expect(charts.map((one) => one.id)).toEqual(names);
    expect(chartOf(panel("train/loss"), "train").id).toBe("train/loss");
    expect(shown(null)).toEqual([
      ["", ["loss"]],
      ["train", ["train/loss"]],
      ["train/deep", ["train/deep/lr"]],
      ["val", ["val/loss"]],
    ]);
  });
  it("are moved to a group by hand, and back", () => {
    const choice = moved(moved(null, charts[3]!, "Mine"), charts[0]!, "train");
    expect(shown(choice)).toEqual([
      ["Mine", ["val/loss"]],
      ["train", ["loss", "train/loss"]],
      ["train/deep", ["train/deep/lr"]],
    ]);
    expect(moved(moved(choice, charts[3]!, " "), charts[0]!, "").groups).toEqual({});
  });
  it("come first in the order in which they were pinned", () => {
    const choice = pinned(pinned(null, charts[3]!, true), charts[0]!, true);
    expect(shown(choice)[0]).toEqual(["*", ["val/loss", "loss"]]);
    expect(pinned(choice, charts[3]!, false).pinned).toEqual(["loss"]);
  });
  it("keep a title of their own until it is the usual one again", () => {
    const choice = titled(null, charts[1]!, "What we look at", "loss");
    expect(arrange(charts, choice)[1]!.charts[0]!.panel.title).toBe("What we look at");
    expect(titled(choice, charts[1]!, "loss", "loss").titles).toEqual({});
  });
  it("go together when their group is called otherwise", () => {
    const group = arrange(charts, moved(null, charts[0]!, "train"))[0]!;
    expect(shown(renamed(moved(null, charts[0]!, "train"), group, "Fit"))[0]).toEqual(["Fit", ["loss", "train/loss"]]);
  });
  it("are neither lost nor shown twice, whatever was chosen and however they are called", () => {
    const any = fc.oneof(fc.constantFrom("__proto__", "constructor", "a/b", "loss"), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(fc.uniqueArray(any, { maxLength: 8 }), fc.array(fc.tuple(fc.nat(), any)), (keys, moves) => {
        const all = keys.map((key) => chartOf(panel(key), sectionOf(key)));
        let choice = NO_CHOICE;
        for (const [place, to] of moves) {
          const one = all[place % Math.max(1, all.length)];
          if (one) choice = place % 3 ? moved(choice, one, to) : pinned(choice, one, place % 2 === 0);
        }
        const ids = arrange(all, choice).flatMap((group) => group.charts.map((one) => one.id));
        expect(ids.sort()).toEqual(all.map((one) => one.id).sort());
      }),
    );
  });
});
