/** Which entries of the palette match what was typed. */

export interface SearchMatch {
  kind: string;
  id: number;
  name: string;
  status: string | null;
}
interface Searched {
  label: string;
  words?: string;
}

const isWithin = (letters: string, text: string): boolean => {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
};

/** 0 for the beginning of the label, then a word of it, any part, a synonym, letters in order; null for none. */
export function distance(entry: Searched, typed: string): number | null {
  const text = typed.trim().toLowerCase();
  const label = entry.label.toLowerCase();
  if (label.startsWith(text)) return 0;
  if (label.includes(` ${text}`)) return 1;
  const parts = text.split(/\s+/);
  if (parts.every((part) => label.includes(part))) return 2;
  if (parts.every((part) => (entry.words ?? "").toLowerCase().includes(part))) return 3;
  return text.length > 2 && isWithin(text.replaceAll(/\s+/g, ""), label) ? 4 : null;
}

/** What the server answered, to this text; while its answer to what was typed since is under way, what still matches. */
export const answeredTo = (matches: readonly SearchMatch[], answered: string, typed: string): SearchMatch[] =>
  answered === typed.trim()
    ? [...matches]
    : matching(
        matches.map((match) => ({ ...match, label: match.name })),
        typed,
      );

/** The entries that match, the closest first; all of them in their order while nothing is typed. */
export function matching<T extends Searched>(entries: readonly T[], typed: string): T[] {
  if (!typed.trim()) return [...entries];
  return entries
    .map((entry) => ({ entry, away: distance(entry, typed) }))
    .filter((one): one is { entry: T; away: number } => one.away !== null)
    .sort((a, b) => a.away - b.away)
    .map((one) => one.entry);
}
