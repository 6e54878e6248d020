/** What the server says of the samples of a session: sizes, what was dropped and why, leaks, and violins. */
import { t, type Key } from "../../../lib/i18n";
import { own } from "../../../lib/own";

export interface DropCount {
  label: string;
  reason: string;
  count: number;
}
export interface DroppedSample {
  reference_time: string;
  label: string;
  reason: string;
  instant: string;
  lines: number[];
}
export interface Windows {
  n_dat: number;
  is_current?: boolean;
  sizes: { train: number; validation: number; test: number; left_out?: number };
  reference?: { first: string; last: string; step_minutes: number; candidates: number };
  dropped?: { total: number; counts: DropCount[]; first: DroppedSample[] };
  certificate?: { ok: boolean; leaks: string[] } | null;
}

/** The server's reasons are English words: those that are known have a text of their own. */
const REASONS: Readonly<Record<string, Key>> = {
  "before first point": "forecast.reason_before_first",
  "after last point": "forecast.reason_after_last",
  "non-numeric neighbour": "forecast.reason_not_numeric",
  "gap too long": "forecast.reason_gap_too_long",
  "no numeric point within half a step": "forecast.reason_nothing_near",
  "window not inside the series": "forecast.reason_not_inside",
  "no numeric point in the horizon": "forecast.reason_nothing_in_window",
  "in a period that is left out": "forecast.reason_left_out",
  "no forecast issued yet": "forecast.reason_nothing_issued",
};
const plain = (reason: string): string => reason.replaceAll("_", " ").toLowerCase();
export function reasonText(reason: string): string {
  const key = own(REASONS, plain(reason));
  return key ? t(key) : plain(reason);
}

export interface Violin {
  count: number;
  mean: number;
  std: number;
  min: number;
  max: number;
  q1: number;
  median: number;
  q3: number;
  whisker_low: number;
  whisker_high: number;
  /** Where the density is known; empty for a constant. */
  at: number[];
  density: number[];
}
export interface ColumnViolins {
  key: string;
  name: string;
  kind: "input" | "time" | "output";
  label: string;
  color: number;
  is_scaled: boolean;
  blocks: Record<string, Violin>;
  scaled: Record<string, Violin>;
}

/** A side of a violin: which block, and whether it opens to the left, to the right, or to both. */
export interface Half {
  block: string;
  violin: Violin;
  side: "left" | "right" | "both";
}

/** Training and test mirrored, or all samples on both sides; what a server does not know is left out. */
export function halvesOf(blocks: Readonly<Record<string, Violin>>, mirrored: boolean): Half[] {
  const [train, test, all] = [blocks.train, blocks.test, blocks.all];
  if (mirrored && train && test)
    return [
      { block: "train", violin: train, side: "left" },
      { block: "test", violin: test, side: "right" },
    ];
  return all ? [{ block: "all", violin: all, side: "both" }] : [];
}

/** The values that all halves cover, a little wider; a constant has a place, too. */
export function domainOf(halves: readonly Half[]): [number, number] {
  const low = Math.min(...halves.map(({ violin }) => Math.min(violin.min, ...violin.at)));
  const high = Math.max(...halves.map(({ violin }) => Math.max(violin.max, ...violin.at)));
  if (!(low < high)) return [low - 0.5, high + 0.5];
  const room = (high - low) * 0.03;
  return [low - room, high + room];
}
