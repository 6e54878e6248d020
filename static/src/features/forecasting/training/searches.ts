/** Searches over settings: what the server has of them, and the ranges that are typed for a new one. */
import type { components } from "../../../lib/schema";
import { typedNumber, type Family } from "../wire";
import { faultOf, type Choice, type Fault } from "./families";

type Shapes = components["schemas"];

/** A range that a family offers: low and high, or choices. */
export interface Dimension {
  name: string;
  kind: "integer" | "number" | "choice";
  low?: number;
  high?: number;
  log?: boolean;
  choices?: (string | number)[];
}
export type TrialState =
  "waiting" | "running" | "completed" | "stopped" | "cancelled" | "pruned" | "failed" | "measuring";
export type Trial = Omit<Required<Shapes["TrialView"]>, "state"> & { state: TrialState };
export type Search = Omit<Required<Shapes["SearchView"]>, "trials" | "space" | "status"> & {
  status: "running" | "stopped" | "finished";
  space: Dimension[];
  trials: Trial[];
};
export interface Spaces {
  spaces: Record<string, Dimension[]>;
  max_trials: number;
}

/** What was typed for a range; a setting that is not searched stays as it is in the fixed ones. */
export interface TypedRange {
  searched: boolean;
  low: string;
  high: string;
  choices: string;
}

export const typedRange = (one: Dimension): TypedRange => ({
  searched: true,
  low: one.low === undefined ? "" : String(one.low),
  high: one.high === undefined ? "" : String(one.high),
  choices: (one.choices ?? []).join("; "),
});

/** The choices of a list that was typed with semicolons, numbers as numbers where the range has such. */
export function choicesIn(one: Dimension, text: string): (string | number)[] {
  const numbers = one.choices?.every((choice) => typeof choice === "number");
  const words = text.split(";").map((word) => word.trim());
  return words.filter(Boolean).map((word) => (numbers ? (typedNumber(word) ?? word) : word));
}

/** What is wrong with a typed range, by the setting's own bounds; null where nothing is. */
export function rangeFault(family: Family, one: Dimension, typed: TypedRange): Fault | null {
  const field = family.fields.find((each) => each.wire === one.name);
  if (!field || !typed.searched) return null;
  if (one.kind === "choice") {
    const words = choicesIn(one, typed.choices).map(String);
    return words.length
      ? (words.map((word) => faultOf(field, word)).find((fault) => fault) ?? null)
      : { kind: "choice" };
  }
  const [low, high] = [typedNumber(typed.low), typedNumber(typed.high)];
  if (low === null || high === null) return { kind: "number" };
  const fault = faultOf(field, typed.low) ?? faultOf(field, typed.high);
  if (fault) return fault;
  if (one.log && low <= 0) return { kind: "above", bound: 0 };
  return low > high ? { kind: "low", bound: low } : null;
}

/** The ranges as they are sent: only those that are searched. */
export function sentSpace(space: readonly Dimension[], typed: Readonly<Record<string, TypedRange>>): object[] {
  return space.flatMap((one): object[] => {
    const range = typed[one.name] ?? typedRange(one);
    if (!range.searched) return [];
    if (one.kind === "choice") return [{ name: one.name, choices: choicesIn(one, range.choices) }];
    return [{ name: one.name, low: typedNumber(range.low), high: typedNumber(range.high) }];
  });
}

/** The settings of a family that no range varies: the fixed ones. */
export const fixedFields = (family: Family, typed: Readonly<Record<string, TypedRange>>): Family["fields"] =>
  family.fields.filter((field) => !typed[field.wire]?.searched);

export const withoutSearched = (choice: Choice, typed: Readonly<Record<string, TypedRange>>): Choice => ({
  ...choice,
  values: Object.fromEntries(Object.entries(choice.values).filter(([wire]) => !typed[wire]?.searched)),
});

/** The best first, by the validation error of their models; the others below, by number. */
export function ranked(trials: readonly Trial[]): { trial: Trial; rank: number | null }[] {
  const scored = trials.filter((one) => one.value !== null).sort((a, b) => a.value! - b.value! || a.number - b.number);
  const others = trials.filter((one) => one.value === null);
  return [
    ...scored.map((trial, place) => ({ trial, rank: place + 1 })),
    ...others.map((trial) => ({ trial, rank: null })),
  ];
}

export const isTrialOver = (trial: Trial): boolean => !["waiting", "running", "measuring"].includes(trial.state);
