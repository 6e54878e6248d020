/** Where the corners of a radar stand: one spoke for each attribute, scores from 0 at the centre to 100. */
import type { AttributeIntensity } from "../wire";

export const RINGS = [25, 50, 75, 100] as const;
export const MIN_SPOKES = 3;

export interface Corner {
  x: number;
  y: number;
}

/** The corner of a score on a spoke; below 0 it stands at the centre. */
export function corner(score: number, spoke: number, spokes: number, radius: number): Corner {
  const angle = (2 * Math.PI * spoke) / spokes - Math.PI / 2;
  const reach = (Math.min(100, Math.max(0, score)) / 100) * radius;
  return { x: reach * Math.cos(angle), y: reach * Math.sin(angle) };
}

/** The outline through the corners of all scores. */
export const outline = (scores: readonly number[], radius: number): string =>
  scores
    .map((one, spoke) => corner(one, spoke, scores.length, radius))
    .map(({ x, y }, place) => `${place ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join("") + "Z";

/** The attributes that have a score, in their order. */
export const scoredOf = (rows: readonly AttributeIntensity[]): AttributeIntensity[] =>
  rows.filter((row) => row.calibrated !== null && row.at_least !== null);
