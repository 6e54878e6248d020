/** Periods that are left out of a split: typed as times in UTC, kept as the API takes them. */
import type { Period } from "../wire";
import { timeOf } from "./split";

export interface TypedPeriod {
  start: string;
  end: string;
  note: string;
}
export type PeriodFault = "needed" | "order";

const typedTime = (text: string): string => {
  const at = timeOf(text);
  return at === null ? "" : new Date(at).toISOString().slice(0, 16);
};

/** As the fields of the form have it: a time in UTC to the minute. */
export const typedPeriod = (period: Period): TypedPeriod => ({
  start: typedTime(period.start),
  end: typedTime(period.end),
  note: period.note ?? "",
});

export function faultOf(typed: TypedPeriod): PeriodFault | null {
  const [start, end] = [timeOf(typed.start), timeOf(typed.end)];
  if (start === null || end === null) return "needed";
  return start < end ? null : "order";
}

/** The periods that have both ends in order, as the API takes them. */
export const periodsOf = (typed: readonly TypedPeriod[]): Period[] =>
  typed
    .filter((one) => faultOf(one) === null)
    .map(({ start, end, note }) => ({ start: `${start}:00Z`, end: `${end}:00Z`, ...(note ? { note } : {}) }));

export type Span = [number, number];

/** What of `range` is left out, in order and without overlaps, in milliseconds. */
export function leftOut(periods: readonly Period[], range: Span): Span[] {
  const spans = periods
    .map(({ start, end }): Span => [Math.max(range[0], timeOf(start) ?? 0), Math.min(range[1], timeOf(end) ?? 0)])
    .filter(([from, to]) => from < to)
    .sort((a, b) => a[0] - b[0]);
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && span[0] <= last[1]) last[1] = Math.max(last[1], span[1]);
    else joined.push([...span]);
  }
  return joined;
}

/** The time by which `share` (0 to 1) of what is not left out of `range` has passed. */
export function timeAt(share: number, range: Span, spans: readonly Span[]): number {
  const used = range[1] - range[0] - spans.reduce((sum, [from, to]) => sum + to - from, 0);
  let at = range[0] + share * used;
  for (const [from, to] of spans) if (at >= from) at += to - from;
  return Math.min(at, range[1]);
}
