/** Figures about runs as people read them: p values, shares and their intervals. */
import { fixed, percent } from "../../lib/format";
import { t } from "../../lib/i18n";

type Number = number | null | undefined;

/** Fewer persons are marked: what they show says little. */
export const FEW = 10;

export const pText = (value: Number): string =>
  value === null || value === undefined ? "–" : value < 0.001 ? `< ${fixed(0.001, 3)}` : fixed(value, 3);
/** The same in a sentence, with its relation: "= 0.015" or "< 0.001". */
export const isP = (value: Number): string => {
  const text = pText(value);
  return text.startsWith("<") ? text : `= ${text}`;
};
export const two = (value: Number): string => (value === null || value === undefined ? "–" : fixed(value, 2));
/** A score from 0 to 100. */
export const score = (value: Number): string => (value === null || value === undefined ? "–" : fixed(value, 1));
/** A difference of two shares in percentage points. */
export const sharePoints = (value: Number): string =>
  value === null || value === undefined ? "–" : `${value < 0 ? "−" : "+"}${fixed(Math.abs(value) * 100, 1)}`;

/** An interval of figures that are written by ``say``. */
export const range = (low: Number, high: Number, say: (value: number) => string): string =>
  typeof low !== "number" || typeof high !== "number" ? "–" : t("bench.from_to", { low: say(low), high: say(high) });
export const shareRange = (low: Number, high: Number): string => range(low, high, (value) => percent(value));
