/** Figures about runs as people read them: p values, shares and their intervals. */
import { fixed, percent } from "../../lib/format";
import { t } from "../../lib/i18n";

type Number = number | null;

/** Fewer persons are marked: what they show says little. */
export const FEW = 10;

export const pText = (value: Number): string => (value === null ? "–" : value < 0.001 ? "< 0.001" : fixed(value, 3));
export const two = (value: Number): string => (value === null ? "–" : fixed(value, 2).replace("-", "−"));
/** A score from 0 to 100. */
export const score = (value: Number): string => (value === null ? "–" : fixed(value, 1).replace("-", "−"));
/** A difference of two shares in percentage points. */
export const sharePoints = (value: Number): string =>
  value === null ? "–" : `${value < 0 ? "−" : "+"}${fixed(Math.abs(value) * 100, 1)}`;

/** An interval of figures that are written by ``say``. */
export const range = (low: Number, high: Number, say: (value: number) => string): string =>
  low === null || high === null ? "–" : t("bench.from_to", { low: say(low), high: say(high) });
export const shareRange = (low: Number, high: Number): string => range(low, high, (value) => percent(value));
