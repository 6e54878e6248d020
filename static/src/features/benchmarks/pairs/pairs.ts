/** Directions of a change as rows of a chart, and the values that their labels are made of. */
import type { Stick } from "../bias/lollipop";
import { STAR } from "../bias/lollipop";
import type { Counterfactual, PairedEffect } from "../wire";

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

const bySize = (a: PairedEffect, b: PairedEffect): number => Math.abs(b.mean) - Math.abs(a.mean);
/** The two values with the largest difference that was detected, over pairs of either direction. */
export const strongestOf = (rows: readonly PairedEffect[]): PairedEffect | null =>
  rows.filter((row) => row.significant).sort(bySize)[0] ?? null;

/** The attribute to begin with: one with a detected difference, else the first. */
export const firstOf = (data: Counterfactual["data"]): string | undefined => {
  const names = Object.keys(data);
  return names.find((one) => strongestOf(data[one]!.signed)) ?? names[0];
};

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
