/** The window of a series on the time axis relative to the reference time, in hours and minutes. */
import { typedNumber, type Direction, type SeriesFile, type TimeSteps } from "./wire";

/** The day before and the day after: what the server takes where a file says nothing. */
export const HORIZONS: Record<Direction, readonly [number, number]> = { input: [-24, 0], output: [0, 24] };
export const DEFAULT_STEPS = { eingabe: 97, ausgabe: 97, zeitschrittweite: 15, offset: 0 } as const;
export const MAX_STEPS = 4096;

export interface Steps {
  inputs: number;
  outputs: number;
  /** Minutes between two reference times. */
  width: number;
  offset: number;
}

export function stepsOf(steps: TimeSteps | null | undefined): Steps | null {
  const [inputs, outputs, width] = [steps?.eingabe, steps?.ausgabe, steps?.zeitschrittweite].map(typedNumber);
  if (!inputs || !outputs || !width) return null;
  return { inputs, outputs, width, offset: typedNumber(steps?.offset) ?? 0 };
}

export interface Window {
  label: string;
  direction: Direction;
  /** Hours relative to the reference time. */
  from: number;
  to: number;
  points: number;
  /** Minutes between two points; null of a single one. */
  spacing: number | null;
  /** The value at the reference time, or the mean, stands at every point. */
  constant: boolean;
}

type WindowFields = Pick<SeriesFile, "bezeichnung" | "type"> &
  Partial<
    Pick<
      SeriesFile,
      "zeithorizont_start" | "zeithorizont_end" | "datenform" | "mittelwertbildung_uber_den_zeithorizont"
    >
  >;

/** Contract 3.2: N points from the start to the end of the horizon, (end − start) · 60 / (N − 1) minutes apart. */
export function windowOf(file: WindowFields, steps: Steps): Window {
  const [first, last] = HORIZONS[file.type];
  const from = file.zeithorizont_start ?? first;
  const to = file.zeithorizont_end ?? last;
  const points = file.type === "input" ? steps.inputs : steps.outputs;
  const isCurrent = file.datenform === "Aktueller Wert";
  return {
    label: file.bezeichnung,
    direction: file.type,
    from: isCurrent ? 0 : from,
    to: isCurrent ? 0 : points === 1 ? from : to,
    points,
    spacing: isCurrent || points === 1 ? null : ((to - from) * 60) / (points - 1),
    constant: isCurrent || file.mittelwertbildung_uber_den_zeithorizont === "ja",
  };
}

/** From where to where all windows reach, with room on both sides and the reference time within. */
export function extentOf(windows: readonly Window[]): [number, number] {
  const low = Math.min(0, ...windows.map((one) => Math.min(one.from, one.to)));
  const high = Math.max(0, ...windows.map((one) => Math.max(one.from, one.to)));
  const room = Math.max(0.5, (high - low) * 0.04);
  return [low - room, high + room];
}

/** How many hours a sample reaches over, from its first point to its last. */
export function reachOf(windows: readonly Window[]): number {
  if (!windows.length) return 0;
  return Math.max(...windows.map((one) => one.to)) - Math.min(...windows.map((one) => one.from));
}

/**
 * Steps that suit series of this spacing: a day before and a day after, both ends included.
 *
 * The reference times count from one hour before the full hour of the first input row at `begin`
 * (milliseconds): the offset lets them fall on rows, so that days are forecast at midnight.
 */
export function suggestedSteps(minutes: number, begin = 0): Steps | null {
  if (!(minutes > 0)) return null;
  const points = Math.round((24 * 60) / minutes) + 1;
  if (points < 2 || points > MAX_STEPS) return null;
  const offset = (((begin / 60_000) % 60) + 60) % minutes;
  return { inputs: points, outputs: points, width: minutes, offset: Number(offset.toFixed(6)) };
}

/** What is wrong with typed time steps, by field; the server checks the same. */
export function stepErrors(steps: TimeSteps): Partial<Record<keyof TimeSteps, "count" | "width" | "offset">> {
  const errors: Partial<Record<keyof TimeSteps, "count" | "width" | "offset">> = {};
  for (const name of ["eingabe", "ausgabe"] as const) {
    const value = typedNumber(steps[name]);
    if (value === null || !Number.isInteger(value) || value < 1 || value > MAX_STEPS) errors[name] = "count";
  }
  const width = typedNumber(steps.zeitschrittweite);
  if (width === null || !(width > 0)) errors.zeitschrittweite = "width";
  const offset = typedNumber(steps.offset) ?? 0;
  if (!(offset >= 0) || (width !== null && width > 0 && offset >= width)) errors.offset = "offset";
  return errors;
}
