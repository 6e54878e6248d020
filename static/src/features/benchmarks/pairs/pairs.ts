/** Directions of a change as rows of a chart, and the values that their labels are made of. */
import type { Stick } from "../bias/lollipop";
import { STAR } from "../bias/lollipop";
import type { PairedEffect } from "../wire";

const TO = "->";
const MINUS = " - ";

const cut = (label: string, sign: string): [string, string] => {
  const at = label.indexOf(sign);
  return at < 0 ? [label, ""] : [label.slice(0, at), label.slice(at + sign.length)];
};
/** What was changed to what, of the label of a direction. */
export const endsOf = (label: string): [string, string] => cut(label, TO);
/** The first value and the one that is taken off, of the label of both directions together. */
export const sidesOf = (label: string): [string, string] => cut(label, MINUS);

/** Directions as dots, the lowest first. */
export const directionSticks = (rows: readonly PairedEffect[], nameOf: (label: string) => string): Stick[] =>
  rows
    .map((row) => ({
      name: nameOf(row.label),
      delta: row.mean,
      ci_low: row.ci_low,
      ci_high: row.ci_high,
      significant: row.significant,
      mark: row.significant ? STAR : "",
    }))
    .sort((a, b) => a.delta - b.delta || a.name.localeCompare(b.name));
