/** The bars of the importance of inputs: where each begins and ends on one common scale. */
import type { Importance, ImportantInput } from "../wire";

export interface Scale {
  low: number;
  high: number;
}
export interface Bar {
  from: number;
  to: number;
  low: number;
  high: number;
}

/** From the lowest to the highest end of any interval, zero within. */
export function scaleOf({ inputs }: Importance): Scale {
  const ends = inputs.flatMap((input) => [input.low, input.high, input.increase]);
  return { low: Math.min(0, ...ends), high: Math.max(0, ...ends) };
}

/** In percent of the width; an increase below zero grows to the left of zero. */
export function barOf(input: ImportantInput, { low, high }: Scale): Bar {
  const at = (value: number): number => (high > low ? (100 * (value - low)) / (high - low) : 0);
  const [zero, end] = [at(0), at(input.increase)];
  return { from: Math.min(zero, end), to: Math.max(zero, end), low: at(input.low), high: at(input.high) };
}
