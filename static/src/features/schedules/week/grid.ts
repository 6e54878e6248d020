/** The coming week as a grid of days and hours, and how one moves in it by keyboard. */
import type { components } from "../../../lib/schema";

export type Week = components["schemas"]["WeekView"];
export type Day = Week["days"][number];
export type Hour = Day["hours"][number];
export interface Place {
  day: number;
  /** Of the hours of the day, in their order: a day may have 23 or 25. */
  at: number;
}
export const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** The hours of a day that the clock shows as `hour`: none where it is skipped, two where it comes twice. */
export const shownAs = (day: Day, hour: number): { one: Hour; at: number }[] =>
  day.hours.flatMap((one, at) => (one.hour === hour ? [{ one, at }] : []));

/** How dark a cell is, 0 to 1: by the logarithm, so that a few beside many are seen. */
export const shade = (due: number, most: number): number => (due ? Math.log1p(due) / Math.log1p(Math.max(most, 1)) : 0);

export const mostOf = (week: Week): number =>
  Math.max(0, ...week.days.flatMap((day) => day.hours.map((one) => one.due)));

/** How many hours a day is shorter or longer than others; 0 for most. */
export const changeOf = (day: Day): number => (day.length_s - 86_400) / 3600;

const within = (value: number, length: number): number => Math.min(Math.max(0, value), length - 1);
/** Where a key leads; null for one that leads nowhere. */
export function moved(week: Week, from: Place, key: string): Place | null {
  const hours = week.days[from.day]!.hours;
  if (key === "ArrowRight" || key === "ArrowLeft")
    return { ...from, at: within(from.at + (key === "ArrowRight" ? 1 : -1), hours.length) };
  if (key === "Home" || key === "End") return { ...from, at: key === "Home" ? 0 : hours.length - 1 };
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const day = within(from.day + (key === "ArrowDown" ? 1 : -1), week.days.length);
  const hour = hours[from.at]!.hour;
  const same = week.days[day]!.hours.findIndex((one) => one.hour >= hour);
  return { day, at: same < 0 ? week.days[day]!.hours.length - 1 : same };
}
