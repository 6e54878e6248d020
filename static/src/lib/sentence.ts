/**
 * Sentences of the server without a code, in another language: warnings, reasons, faults of fields.
 *
 * The table is kept as gettext keeps its catalogues: the English template of the source is the key,
 * with {0}, {1} for what is filled in. A text is held against the templates; what was filled in is
 * translated by the same table, so that "unknown field" may carry "did you mean". A text that is in
 * no template, such as that of a library, stays as it came.
 */
type Table = Readonly<Record<string, string>>;
interface Template {
  pattern: RegExp;
  german: string;
  places: number[];
  weight: number;
}

const PLACE = /\{(\d)\}/;
const NUMBER = /^[+−-]?\d+\.\d+$/; // a version has two points, a whole number none
const ENDS = /(?<=[.!?])\s+(?=\S)/;
const MAX_LENGTH = 4_000; // longer is a log, not a sentence
const MAX_KEPT = 500;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function compile([english, german]: [string, string]): Template {
  const parts = english.split(PLACE);
  const source = parts.map((part, index) => (index % 2 ? "(.*?)" : escaped(part))).join("");
  const literal = parts.filter((_, index) => index % 2 === 0).join("");
  return {
    pattern: new RegExp(`^${source}$`, "s"),
    german,
    places: parts.filter((_, index) => index % 2).map(Number),
    weight: literal.length,
  };
}

/** A translator by a table of templates; `words` are those of states, which sentences are filled in with. */
export function translator(table: Table, words: Table = {}): (text: string) => string {
  const exact = new Map(Object.entries(table).filter(([english]) => !PLACE.test(english)));
  const templates = Object.entries(table)
    .filter(([english]) => PLACE.test(english))
    .map(compile)
    .sort((one, other) => other.weight - one.weight);
  const kept = new Map<string, string>();

  function whole(text: string): string | null {
    const same = exact.get(text);
    if (same !== undefined) return same;
    for (const { pattern, german, places } of templates) {
      const match = pattern.exec(text);
      if (!match) continue;
      const values: Record<string, string> = {};
      places.forEach((place, index) => (values[place] = value(match[index + 1]!)));
      return german.replace(/\{(\d)\}/g, (_, place: string) => values[place] ?? "");
    }
    return null;
  }
  /** A part of a sentence has no full stop in the table where another part of one has. */
  function known(text: string): string | null {
    const own = whole(text);
    if (own !== null) return own;
    if (text.endsWith(".")) {
      const part = whole(text.slice(0, -1));
      return part === null ? null : `${part}.`;
    }
    return whole(`${text}.`)?.replace(/\.$/, "") ?? null;
  }
  /** What was filled in: a part of a sentence that may have a template of its own, mostly a name. */
  function value(text: string): string {
    if (Object.hasOwn(words, text)) return words[text]!;
    if (!text.includes(" ")) return exact.get(text) ?? (NUMBER.test(text) ? text.replace(".", ",") : text);
    if (text.startsWith(" ")) return ` ${value(text.slice(1))}`; // a hint between two sentences
    return known(text) ?? (text.includes("; ") ? text.split("; ").map(value).join("; ") : sentences(text));
  }
  /** As many sentences at once as a template knows, from the first one on. */
  function sentences(text: string): string {
    const parts = text.split(ENDS);
    const translated: string[] = [];
    for (let from = 0; from < parts.length;) {
      // all of them together were held against the templates by the caller
      let to = from === 0 ? parts.length - 1 : parts.length;
      let found: string | null = null;
      while (to > from && (found = known(parts.slice(from, to).join(" "))) === null) to--;
      translated.push(found ?? parts[from]!);
      from = Math.max(to, from + 1);
    }
    return translated.join(" ");
  }
  /** Every sentence by a template of its own, so that none is taken for what another was filled with. */
  function each(text: string): string | null {
    const parts = text.split(ENDS).map(known);
    return parts.includes(null) ? null : parts.join(" ");
  }
  return (text) => {
    if (!text || text.length > MAX_LENGTH) return text;
    const before = kept.get(text);
    if (before !== undefined) return before;
    const translated = each(text) ?? known(text) ?? sentences(text);
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(text, translated);
    return translated;
  };
}
