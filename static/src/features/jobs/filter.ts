/** The filter of the job list: `kind:train_run error:network since:24h` and words, as one text in the address. */
import type { Query } from "../../lib/api";

/** A word before the colon, the parameter of the API that it is, and the field that suggestions are for. */
const WORDS: Readonly<Record<string, { parameter: string; field: string | null; many: boolean }>> = {
  kind: { parameter: "kind", field: "kind", many: true },
  queue: { parameter: "queue", field: "queue", many: true },
  source: { parameter: "source", field: "source", many: true },
  error: { parameter: "error_code", field: "error_code", many: true },
  worker: { parameter: "worker", field: "worker", many: false },
  owner: { parameter: "owner_id", field: "owner", many: false },
  subject: { parameter: "subject", field: "subject", many: false },
  schedule: { parameter: "schedule_id", field: null, many: false },
  since: { parameter: "since", field: null, many: false },
  until: { parameter: "until", field: null, many: false },
};
const OFFERED: readonly string[] = Object.keys(WORDS);
const AGES: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const AGE = /^(\d{1,4})([mhd])$/;
const TOKEN = /\S+/g;

export interface Token {
  from: number;
  text: string;
}

export function tokenAt(text: string, caret: number): Token {
  const from = text.lastIndexOf(" ", caret - 1) + 1;
  return { from, text: text.slice(from, caret) };
}

/** A time such as `24h` (that long ago) or `2026-11-30`; null where it is none. */
export function momentOf(text: string, now: number): string | null {
  const age = AGE.exec(text);
  const at = age ? now - Number(age[1]) * AGES[age[2]!]! : Date.parse(text);
  if (Number.isNaN(at)) return null;
  return new Date(Math.floor(at / 60_000) * 60_000).toISOString();
}

/** The parameters of the API, with lists as arrays; what has no colon that is known is searched. */
export function parametersOf(text: string, now: number): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {};
  const free: string[] = [];
  for (const token of text.match(TOKEN) ?? []) {
    const [word, ...rest] = token.split(":");
    const known = WORDS[word!];
    const value = rest.join(":");
    if (!known || !value) free.push(token);
    else if (known.many) values[known.parameter] = value.split(",").filter(Boolean);
    else if (word === "since" || word === "until") values[known.parameter] = momentOf(value, now) ?? value;
    else values[known.parameter] = value;
  }
  if (free.length) values.q = free.join(" ");
  return values;
}

export function asQuery(parameters: Record<string, string | string[]>): Query {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, Array.isArray(value) ? value.join() : value]),
  );
}

/** What to ask the server for to complete a token, null where it is no value of a filter. */
export function wishOf(token: string): { word: string; field: string; q: string } | null {
  const colon = token.indexOf(":");
  const word = token.slice(0, colon);
  const field = colon > 0 ? WORDS[word]?.field : null;
  if (!field) return null;
  return { word, field, q: token.slice(token.lastIndexOf(",") > colon ? token.lastIndexOf(",") + 1 : colon + 1) };
}

/** The words that a token may become, each with its colon. */
export function wordsFor(token: string): string[] {
  if (token.includes(":")) return [];
  return OFFERED.filter((word) => word.startsWith(token.toLowerCase())).map((word) => `${word}:`);
}

/** A token with a value put in, behind those that are there already. */
export function completed(token: string, value: string): string {
  const colon = token.indexOf(":");
  const cut = Math.max(colon, token.lastIndexOf(","));
  return `${token.slice(0, cut + 1)}${value} `;
}
