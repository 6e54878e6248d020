/** How good a figure about the order of the scale is: the limits of the contract (section 4.10). */
import type { Order } from "../wire";

export type Grade = "good" | "fair" | "poor";

/** Limits of a figure that is better the higher it is, or the lower. */
const HIGH = { rma: [0.8, 0.6], within1: [0.9, 0.75], correlation: [0.8, 0.6] } as const;
const LOW = { mae: [0.3, 0.6], cliffs_delta: [0.147, 0.33], gap: [0.1, 0.3] } as const;
export type Graded = keyof typeof HIGH | keyof typeof LOW;

const isHigh = (name: Graded): name is keyof typeof HIGH => name in HIGH;

/** The grade of a figure by its size; null of one that is not defined. */
export function gradeOf(name: Graded, value: number | null | undefined): Grade | null {
  if (value === null || value === undefined) return null;
  const size = Math.abs(value);
  if (isHigh(name)) return size >= HIGH[name][0] ? "good" : size >= HIGH[name][1] ? "fair" : "poor";
  return size <= LOW[name][0] ? "good" : size <= LOW[name][1] ? "fair" : "poor";
}

/** Of the order effect: good where its interval has 0 and it is below 0.2, fair below 0.5. */
export function gradeOfEffect(effect: NonNullable<Order["obe"]>): Grade {
  const { mean_diff, persons_ci_low: low, persons_ci_high: high } = effect;
  const covers = low !== null && high !== null && low <= 0 && high >= 0;
  const size = Math.abs(mean_diff);
  if (covers && size < 0.2) return "good";
  return size < 0.5 ? "fair" : "poor";
}
