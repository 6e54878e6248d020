/** The filter box without a screen: what may follow where the caret stands, and where an error is. */
import { literal, quoted, type NamesInUse } from "./columns";

export interface Suggestion {
  /** Text that takes the place of what was typed from `from` on. */
  text: string;
  from: number;
}

const OPERATORS = /[=<>]|\bI?LIKE\s*['"]|\bIN\s*\(|\bIS\s+(NOT\s+)?NULL\b/i;
const PREFIXES = ["metrics.", "results.", "params.", "tags.", "attributes."] as const;

/** Whether a text compares something, as `status = "failed"` does, and is no mere word of a name. */
export const isComparison = (text: string): boolean => OPERATORS.test(text);

/** Words without a comparison look for names that contain them. */
export function asFilter(typed: string): string {
  const text = typed.trim();
  if (!text || OPERATORS.test(text)) return text;
  const pattern = text.includes("'") && text.includes('"') ? text.replaceAll("'", "_") : text;
  return `name ILIKE ${literal(`%${pattern}%`)}`;
}

/** What was typed for a filter that `asFilter` made. */
export function asTyped(filter: string): string {
  const words = /^name ILIKE (['"])%(.*)%\1$/.exec(filter)?.[2];
  return words !== undefined && asFilter(words) === filter ? words : filter;
}

/** Names that could stand where the caret is. */
export function suggest(text: string, caret: number, names: NamesInUse | null, most = 8): Suggestion[] {
  const before = text.slice(0, caret);
  if ((before.match(/'/g)?.length ?? 0) % 2) return [];
  const word = /[^\s()=<>!']*$/.exec(before)![0];
  const from = caret - word.length;
  const dot = word.indexOf(".");
  if (dot < 0) return begins(word, from, before.slice(0, from));
  const prefix = word.slice(0, dot + 1).toLowerCase();
  const typed = word
    .slice(dot + 1)
    .replaceAll("`", "")
    .toLowerCase();
  return known(prefix, names)
    .filter((name) => name.toLowerCase().includes(typed))
    .sort((a, b) => Number(b.toLowerCase().startsWith(typed)) - Number(a.toLowerCase().startsWith(typed)))
    .slice(0, most)
    .map((name) => ({ text: `${prefix}${quoted(name)} `, from }))
    .filter((one) => one.text.trim() !== word);
}

function begins(word: string, from: number, before: string): Suggestion[] {
  const startsTerm = !before.trim() || /(\band|\bor|\bnot|\()\s*$/i.test(before);
  const words = startsTerm
    ? [...PREFIXES]
    : /['`\w)]\s+$/.test(before) && /[=<>]|LIKE|\)/i.test(before)
      ? ["and ", "or "]
      : [];
  return words
    .filter((one) => one.startsWith(word.toLowerCase()) && (word !== "" || startsTerm))
    .map((text) => ({ text, from }));
}

function known(prefix: string, names: NamesInUse | null): string[] {
  if (!names) return [];
  if (prefix === "metrics.") return names.metrics;
  if (prefix === "results.") return names.results;
  if (prefix === "params.") return names.params;
  if (prefix === "tags.") return names.tags;
  return prefix === "attributes." || prefix === "attribute." ? names.attributes : [];
}

export interface Complaint {
  text: string;
  /** Where in the filter, counted from 1; null when the server does not say. */
  column: number | null;
}

/** What the server says is wrong with a filter; the place it draws below is drawn here anyway. */
export function complaintOf(messages: readonly string[]): Complaint {
  const text = messages.filter((message) => !/\n *\^$/.test(message)).join(" ");
  const column = /column (\d+)/i.exec(text)?.[1];
  return { text, column: column ? Number(column) : null };
}
