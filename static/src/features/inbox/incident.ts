/** How an incident is put into words. */
import { t, translated, type Key } from "../../lib/i18n";
import { spokenAbout } from "./causes";
import type { Incident, IncidentState } from "./incidents.svelte";

const STATE: Record<IncidentState, Key> = {
  open: "inbox.state_open",
  acknowledged: "inbox.state_acknowledged",
  snoozed: "inbox.state_snoozed",
  fixed: "inbox.state_fixed",
};
export const stateWord = (state: IncidentState): string => t(STATE[state]);

/** "3 runs failed". */
export const title = (one: Incident): string => t(spokenAbout(one.about), { count: one.count });

/** An error of ours has a sentence for people; what a library raised has its class and its words. */
const isOurs = (type: string): boolean => !type.includes(".") || /^(app|services)\./.test(type);
export function sentenceOf(one: Incident): string {
  if (isOurs(one.type) && one.detail) return translated(one.detail);
  const name = one.type.split(".").at(-1) ?? one.type;
  return one.words ? `${name}: ${one.words}` : name;
}

/** The days of the trend, the oldest first, as "2026-11-30". */
export function daysOf(trend: readonly number[], now: number): { day: string; count: number }[] {
  return trend.map((count, at) => {
    const time = new Date(now - (trend.length - 1 - at) * 86_400_000);
    return { day: time.toISOString().slice(0, 10), count };
  });
}
