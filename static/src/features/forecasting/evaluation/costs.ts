/** Prices of errors and what errors cost, as the API gives and takes them. */
import { typedNumber } from "../wire";

export interface Price {
  too_low: number;
  too_high: number;
  per_hour: boolean;
}
export interface Prices {
  currency?: string;
  outputs?: Record<string, Price>;
}
export interface OutputCost {
  under: number | null;
  over: number | null;
  per_step: number | null;
  per_window: number | null;
  per_day: number | null;
  step_minutes: number;
  price: Price | null;
}
export interface Costs {
  run_id: number;
  windows: number;
  first: string | null;
  last: string | null;
  currency: string | null;
  outputs: Record<string, OutputCost>;
}

/** A price as it was typed; null where it is none. */
export function priceOf(text: string): number | null {
  const value = typedNumber(text);
  return value !== null && Number.isFinite(value) && value >= 0 && value <= 1e9 ? value : null;
}
