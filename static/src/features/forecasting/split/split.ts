/** How samples are split: blocks in order of time, and what the gaps between them leave out. */
import type { SeriesFile, Split } from "../wire";
import { leftOut, timeAt } from "./periods";

export const DEFAULT_SPLIT: Split = {
  trainPercentage: 70,
  valPercentage: 20,
  testPercentage: 10,
  shuffle: true,
  gap: true,
};
export const SHARES = ["trainPercentage", "valPercentage", "testPercentage"] as const;

export function isValid(split: Split): boolean {
  const shares = SHARES.map((name) => split[name]);
  return shares.every((share) => share > 0) && Math.abs(shares.reduce((a, b) => a + b, 0) - 100) < 1e-9;
}

/** The rest of 100 % for the test, while the other two are typed. */
export function withShare(split: Split, name: (typeof SHARES)[number], value: number): Split {
  const next = { ...split, [name]: value };
  if (name === "testPercentage") return next;
  const rest = Math.round((100 - next.trainPercentage - next.valPercentage) * 1e6) / 1e6;
  return rest > 0 ? { ...next, testPercentage: rest } : next;
}

/** Round half to even, as the server rounds the sizes of blocks. */
function rounded(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (Math.abs(rest - 0.5) > 1e-9) return Math.round(value);
  return low % 2 ? low + 1 : low;
}

/** Samples of each block before any gap. */
export function sizesOf(samples: number, split: Split): [number, number, number] {
  const train = rounded((split.trainPercentage / 100) * samples);
  const validation = rounded((split.valPercentage / 100) * samples);
  return [train, validation, samples - train - validation];
}

/** The time in which all series have values, as milliseconds; null where there is none. */
export function commonRange(files: readonly Pick<SeriesFile, "utc_min" | "utc_max">[]): [number, number] | null {
  const spans = files
    .map((file) => [timeOf(file.utc_min), timeOf(file.utc_max)] as const)
    .filter((span): span is readonly [number, number] => span[0] !== null && span[1] !== null);
  if (!spans.length) return null;
  const from = Math.max(...spans.map((span) => span[0]));
  const to = Math.min(...spans.map((span) => span[1]));
  return from < to ? [from, to] : null;
}

/** A time of the server's own files: UTC, with or without saying so. */
export function timeOf(text: string | null | undefined): number | null {
  if (!text) return null;
  const iso = text.includes("T") ? text : text.replace(" ", "T");
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(at) ? null : at;
}

export interface Part {
  name: "train" | "validation" | "test" | "gap";
  /** Milliseconds. */
  from: number;
  to: number;
}

const HOUR = 3_600_000;
/**
 * The blocks on the time axis: shares of what is not left out. A gap takes the last samples of the block before it, as
 * long as a sample reaches.
 */
export function partsOf(range: [number, number], split: Split, reach: number): Part[] {
  const [from, to] = range;
  const spans = leftOut(split.excluded_periods ?? [], range);
  const at = (share: number): number => timeAt(share / 100, range, spans);
  const borders = [from, at(split.trainPercentage), at(split.trainPercentage + split.valPercentage), to];
  const names = ["train", "validation", "test"] as const;
  return names.flatMap((name, place) => {
    const [begin, end] = [borders[place]!, borders[place + 1]!];
    const cut = split.gap && place < 2 ? Math.max(begin, end - reach * HOUR) : end;
    const own: Part[] = [{ name, from: begin, to: cut }];
    return cut < end ? [...own, { name: "gap", from: cut, to: end }] : own;
  });
}
