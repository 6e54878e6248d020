import { render } from "svelte/server";
import { describe, expect, it } from "vitest";
import { KINDS, OBJECTS, PAGES } from "../../src/nav";
import { areasFor, forPalette, objectAt, pageAt, thingOf } from "../../src/shell/places";
import { BELL, BELLS, KIND } from "./nav";

const MEMBER = { isAdmin: false, canTrain: true };
const pages = [...PAGES, BELLS];
const objects = [...OBJECTS, BELL];

describe("a domain that the pages have never seen", () => {
  it("has a page at its address, and one per thing", async () => {
    const list = await pageAt("/bells", pages)!.load();
    expect(render(list.default).body).toContain("<h1>Bells</h1>");
    const { row, id } = objectAt("/bells/7", objects)!;
    const one = await row.load();
    expect(render(one.default, { props: { id } }).body).toContain("<h1>Bell 7</h1>");
  });
  it("stands in the area of the side bar that its row names, after those that were there", () => {
    const library = areasFor(MEMBER, pages).find((one) => one.area === "library")!;
    expect(library.rows.map((row) => row.path)).toEqual(["/datasets", "/models", "/bells"]);
  });
  it("is offered by the palette, and so are its things", () => {
    expect(forPalette(MEMBER, pages)).toContain(BELLS);
    const match = { kind: "bell", id: 7, name: "big", status: null };
    expect(thingOf(match, { ...KINDS, bell: KIND })?.path).toBe("/bells/7");
    expect(thingOf(match)).toBeUndefined();
  });
  it("has a key that no other page has", () => {
    expect(PAGES.map((row) => row.key)).not.toContain(BELLS.key);
  });
});
