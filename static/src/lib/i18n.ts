/**
 * The texts of the pages: one catalogue per language in `src/texts`, in ICU message syntax.
 *
 * The language is fixed for as long as a page is loaded, so that a text may also be read once, outside
 * of any component. To choose another loads the page again.
 */
import { IntlMessageFormat } from "intl-messageformat";
import en from "../texts/en.json";
import { translator } from "./sentence";
import { read, write } from "./stored";

export type Key = keyof typeof en;
export type Language = keyof typeof LANGUAGES;
export type Values = Record<string, string | number | null | undefined>;

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;

const isLanguage = (name: string | null): name is Language => name !== null && name in LANGUAGES;

/** The language that a person chose here, or null where the browser decides. */
export function chosenLanguage(): Language | null {
  const chosen = read("language");
  return isLanguage(chosen) ? chosen : null;
}

/** The first of the wishes that there is a catalogue for; English where there is none. */
export function languageFor(wishes: readonly string[]): Language {
  return wishes.map((wish) => wish.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

const wishes = navigator.languages ?? [navigator.language];
export const language: Language = chosenLanguage() ?? languageFor(wishes);
/** For numbers, dates and plurals: the browser's own region where it speaks the language. */
export const locale: string = wishes.find((wish) => wish.toLowerCase().startsWith(language)) ?? language;

async function load(): Promise<Record<Key, string>> {
  if (language === "en") return en;
  return (await import("../texts/de.json")).default;
}
/** What the server says in English, in another language, by its codes; nothing of it is needed in English. */
async function loadServer(): Promise<Readonly<Record<string, string>>> {
  return language === "en" ? {} : (await import("../texts/server.de.json")).default;
}
/** The same for sentences without a code, by their English templates. */
async function loadSentences(): Promise<Readonly<Record<string, string>>> {
  return language === "en" ? {} : (await import("../texts/sentences.de.json")).default;
}
const texts = await load().catch(() => en);
const server = await loadServer().catch(() => ({}) as Readonly<Record<string, string>>);
/** States as they stand inside of a sentence: "Execution 7 is paused". */
const WITHIN = {
  queued: "within.queued",
  starting: "within.starting",
  running: "within.running",
  stopping: "within.stopping",
  succeeded: "within.succeeded",
  failed: "within.failed",
  cancelled: "within.cancelled",
  lost: "within.lost",
  retrying: "within.retrying",
  skipped: "within.skipped",
  active: "within.active",
  paused: "within.paused",
  archived: "within.archived",
  cooling_off: "within.cooling_off",
  half_open: "within.half_open",
  needs_intervention: "within.needs_intervention",
} as const satisfies Record<string, Key>;
const stateWords = (): Readonly<Record<string, string>> =>
  language === "en" ? {} : Object.fromEntries(Object.entries(WITHIN).map(([state, key]) => [state, texts[key]]));
/** A sentence of the server in the language of the person; as it came where the table has none. */
export const translated: (sentence: string) => string = translator(
  await loadSentences().catch(() => ({}) as Readonly<Record<string, string>>),
  stateWords(),
);
const compiled = new Map<Key, IntlMessageFormat>();

/** The text of a key with its values filled in. */
export function t(key: Key, values?: Values): string {
  const text = texts[key];
  if (!/[{']/.test(text)) return text;
  let message = compiled.get(key);
  if (!message) {
    message = new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });
    compiled.set(key, message);
  }
  return String(message.format(values));
}

/** A text of the server in the language of the person by its code; the server's own where there is no other. */
export function serverText(code: string, english: string, values: Values = {}): string {
  const text = Object.hasOwn(server, code) ? server[code] : undefined;
  if (text === undefined) return english;
  return String(new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }).format(values));
}

/** Choose a language, or null for that of the browser; the page loads again. */
export function chooseLanguage(chosen: Language | null): void {
  write("language", chosen ?? "");
  location.reload();
}
