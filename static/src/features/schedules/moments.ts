/** Moments of schedules: on the clock of a zone, on the reader's own, and how far ahead they are. */
import { locale } from "../../lib/i18n";

/** A moment on the clock of a zone, the reader's own without one, such as "Mon, 2 March, 02:00". */
export function zoned(at: string, zone?: string): string {
  const form = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(locale, { ...form, timeZone: zone }).format(new Date(at));
}
/** A moment on the reader's own clock to the second. */
export const exact = (at: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;
/** How far ahead a moment is, such as "in 5 min"; "now" for one that is here or over. */
export function ahead(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((Date.parse(at) - now) / 1000));
  const [unit, size] = UNITS.find(([, least]) => seconds >= least) ?? (["second", 1] as const);
  const words = new Intl.RelativeTimeFormat(locale, { style: "short", numeric: seconds ? "always" : "auto" });
  return words.format(Math.floor(seconds / size), unit);
}
