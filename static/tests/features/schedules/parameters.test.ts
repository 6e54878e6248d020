import { describe, expect, it } from "vitest";
import { parameterWord, valueWord } from "../../../src/features/schedules/parameters";

describe("values of parameters", () => {
  it("are words: yes and no, numbers, lists by their parts", () => {
    expect(valueWord(true)).toBe("yes");
    expect(valueWord(false)).toBe("no");
    expect(valueWord(0.25)).toBe("0.25");
    expect(valueWord(["LIN", 3, true])).toBe("LIN, 3, yes");
  });
  it("may be called as what every object has", () => {
    expect(valueWord("constructor")).toBe("constructor");
    expect(parameterWord("constructor")).toBe("Constructor");
  });
  it("name the parts of what has names of its own", () => {
    expect(valueWord({ epochs: 3, early: true })).toBe("Epochs: 3, Early: yes");
    expect(valueWord([{ MODE: "LIN" }, { MODE: "SVR" }])).toBe("MODE: LIN; MODE: SVR");
    expect([null, {}, [], ""].map(valueWord)).toEqual(["–", "–", "–", "–"]);
  });
});
