import { parse as parseMessage, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { parse as parseComponent } from "svelte/compiler";
import { describe, expect, it } from "vitest";
import { languageFor } from "../src/lib/i18n";
import de from "../src/texts/de.json";
import en from "../src/texts/en.json";

const sources = import.meta.glob<string>(["../src/**/*.{svelte,ts}", "!../src/**/*.d.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const code = Object.values(sources).join("\n");

/** The names of the values that a message needs, those inside of plurals and selections too. */
function valuesOf(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((one) => {
    if (one.type === TYPE.plural || one.type === TYPE.select) {
      return [one.value, ...Object.values(one.options).flatMap((option) => valuesOf(option.value))];
    }
    return one.type === TYPE.literal || one.type === TYPE.pound ? [] : [(one as { value: string }).value];
  });
}
const needs = (text: string): string[] => [...new Set(valuesOf(parseMessage(text, { ignoreTag: true })))].sort();

/** What stands on a page in every language as it is. */
const SAME_EVERYWHERE =
  /^(Roundhouse|CSV|JSON|SHA-256|Python|curl|ms|kB|MB|s|p|Images\/|patientId|Target|filename|n|ID|API|TLS|URL|\W|\d)*$/;
const SPOKEN = new Set(["aria-label", "title", "placeholder", "alt", "label"]);
const CODE = new Set(["kbd", "code", "pre", "style", "script"]);

/** Texts of a component that stand in it instead of in the catalogue. */
function hardCoded(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) node.forEach((one) => hardCoded(one, found));
  else if (node && typeof node === "object") {
    const one = node as { type?: string; name?: string; data?: string; value?: unknown };
    if (one.type === "Attribute") {
      if (SPOKEN.has(one.name ?? "")) hardCoded(one.value, found);
      return found;
    }
    if (one.type === "Text" && !SAME_EVERYWHERE.test(one.data ?? "")) found.push(one.data!.trim());
    if (one.name && CODE.has(one.name)) return found;
    for (const [key, part] of Object.entries(one))
      if (key !== "expression" || one.type !== "ExpressionTag") hardCoded(part, found);
  }
  return found;
}

describe("texts", () => {
  it("have the same keys in every language", () => {
    expect(Object.keys(de)).toEqual(Object.keys(en));
  });
  it("need the same values in every language", () => {
    for (const [key, text] of Object.entries(en))
      expect([key, needs(de[key as keyof typeof de])]).toEqual([key, needs(text)]);
  });
  it("are all used by a page", () => {
    expect(Object.keys(en).filter((key) => !code.includes(`"${key}"`))).toEqual([]);
  });
  it("have every key that a page asks for", () => {
    const asked = [...code.matchAll(/\bt\("([^"]+)"/g)].map((match) => match[1]!);
    expect(asked.filter((key) => !(key in en))).toEqual([]);
  });
  it("are not empty", () => {
    for (const texts of [en, de]) expect(Object.entries(texts).filter(([, text]) => !text.trim())).toEqual([]);
  });
  it("stand in the catalogue and not in a component", () => {
    const components = Object.entries(sources).filter(([path]) => path.endsWith(".svelte"));
    const found = components.flatMap(([path, text]) =>
      hardCoded(parseComponent(text, { modern: true }).fragment).map((said) => `${path}: ${said}`),
    );
    expect(found).toEqual([]);
  }, 60_000);
  it("are spelled the American way, as the wire is", () => {
    expect(
      Object.values(en).filter((text) => /colour|centralis|organis|behaviour|\benrol\b|labell/i.test(text)),
    ).toEqual([]);
  });
});

describe("the language", () => {
  it("is the first one of the browser that there is", () => {
    expect(languageFor(["fr-FR", "de-AT", "en"])).toBe("de");
    expect(languageFor(["en-GB", "de"])).toBe("en");
    expect(languageFor(["fr"])).toBe("en");
    expect(languageFor([])).toBe("en");
  });
});
