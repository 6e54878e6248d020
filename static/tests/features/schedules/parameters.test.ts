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
  it("keep what has names of its own as it is", () => {
    expect(valueWord({ epochs: 3 })).toBe('{"epochs":3}');
  });
});
