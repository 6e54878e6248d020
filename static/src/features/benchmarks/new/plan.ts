/** How many items a run would ask, before the server has answered with its estimate. */

export interface Plan {
  pairs: number;
  /** Items in all: every pair once, a share of them in the other order as well, times the variants. */
  items: number;
}

const PARTS = 1_000_000;

/** The share is read as the decimal number that was typed: 0.29 of 100 pairs is 29, as on the server. */
export function planOf(personas: number, traits: number, dual: number, variants: number): Plan {
  const pairs = personas * traits;
  const twice = Number((BigInt(Math.round(dual * PARTS)) * BigInt(pairs)) / BigInt(PARTS));
  return { pairs, items: (pairs + twice) * variants };
}
