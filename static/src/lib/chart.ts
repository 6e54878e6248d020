/** From series of the API to the columns that uPlot draws, without a screen. */
import { words } from "./format";
import type { Series } from "./types";

export interface Line {
  key: string;
  label: string;
  /** Which of the eight hues; stable for the same series over pages and reloads. */
  hue: number;
  dashed: boolean;
  steps: number[];
  values: (number | null)[];
  min?: (number | null)[];
  max?: (number | null)[];
}

export interface Panel {
  key: string;
  title: string;
  /** Whether smaller is better, larger is better, or neither. */
  aim: "low" | "high" | "none";
  lines: Line[];
}

export type Column = (number | null)[];

/** Exponential moving average that starts unbiased and lets gaps be gaps. */
export function smooth(values: readonly (number | null)[], weight: number): Column {
  let average = 0;
  let mass = 0;
  return values.map((value) => {
    if (value === null) return null;
    average = weight * average + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return average / mass;
  });
}

/** All steps of all lines in order, and each line's column on them: null where it has no point. */
export function align(lines: readonly Line[], pick: (line: Line) => Column | undefined): {
  steps: number[];
  columns: Column[];
} {
  const steps = [...new Set(lines.flatMap((line) => line.steps))].sort((a, b) => a - b);
  const place = new Map(steps.map((step, index) => [step, index]));
  const columns = lines.map((line) => {
    const column: Column = new Array<number | null>(steps.length).fill(null);
    const values = pick(line);
    line.steps.forEach((step, index) => {
      column[place.get(step)!] = values?.[index] ?? null;
    });
    return column;
  });
  return { steps, columns };
}

/** Gaps of a line: where its own values say null. Steps that only other lines have are bridged. */
export function gaps(line: Line): Set<number> {
  return new Set(line.steps.filter((_, index) => line.values[index] === null));
}

export function best(line: Line, aim: Panel["aim"]): { step: number; value: number } | null {
  let found: { step: number; value: number } | null = null;
  if (aim === "none") return null;
  line.values.forEach((value, index) => {
    if (value === null) return;
    if (!found || (aim === "low" ? value < found.value : value > found.value)) {
      found = { step: line.steps[index]!, value };
    }
  });
  return found;
}

export function lastOf(line: Line): number | null {
  return line.values.findLast((value) => value !== null) ?? null;
}

export function csv(lines: readonly Line[], stepName: string): string {
  const { steps, columns } = align(lines, (line) => line.values);
  const head = [stepName, ...lines.map((line) => `"${line.label.replaceAll('"', '""')}"`)].join(",");
  const rows = steps.map((step, row) => [step, ...columns.map((column) => column[row] ?? "")].join(","));
  return [head, ...rows].join("\n") + "\n";
}

function familyOf(name: string): { key: string; title: string; aim: Panel["aim"] } {
  if (/grad|norm/.test(name)) return { key: "gradients", title: "Gradient norm", aim: "none" };
  if (/(^|_)lr$|learning_rate/.test(name)) return { key: "rate", title: "Learning rate", aim: "none" };
  if (/batch|step/.test(name) && /loss/.test(name)) return { key: "batch", title: "Batch loss", aim: "low" };
  if (/loss/.test(name)) return { key: "loss", title: "Loss", aim: "low" };
  if (/acc|f1|recall|precision|auroc|auc|sensitivity|specificity/.test(name)) {
    return { key: "scores", title: "Scores", aim: "high" };
  }
  return { key: name, title: words(name), aim: "none" };
}

const ORDER = ["scores", "loss", "clients-loss", "clients-scores", "batch", "rate", "gradients"];
const HUES: Record<string, number> = { accuracy: 0, acc: 0, loss: 0, auroc: 1, f1: 2, f1_score: 2, recall: 3, precision: 4 };

function hueOf(name: string, fallback: number): number {
  const bare = name.replace(/^(val|train|test|server|global|client|eval)_/, "");
  return HUES[bare] ?? fallback;
}

/** The server's own measures need no prefix: the heading says whose they are. */
const labelOf = (name: string): string => words(name.replace(/^(global|server)_/, ""));

/**
 * Put series that share a unit into one panel; clients get panels of their own.
 *
 * `shift` is added to every step: epochs count from 0 on the wire and from 1 for people.
 */
export function panels(series: readonly Series[], shift = 0): Panel[] {
  const found = new Map<string, Panel>();
  for (const one of series) {
    const family = familyOf(one.name);
    const key = one.client === null ? family.key : `clients-${one.name}`;
    const title = one.client === null ? family.title : `Clients: ${words(one.name)}`;
    const panel = found.get(key) ?? { key, title, aim: family.aim, lines: [] };
    const place = panel.lines.length;
    panel.lines.push({
      key: one.client === null ? one.name : `${one.name}/${one.client}`,
      label: one.client ?? labelOf(one.name),
      hue: one.client === null ? hueOf(one.name, place % 8) : place % 8,
      dashed: one.client === null ? /^train_/.test(one.name) : place >= 8,
      steps: shift ? one.steps.map((step) => step + shift) : one.steps,
      values: one.values,
      min: one.min,
      max: one.max,
    });
    found.set(key, panel);
  }
  const rank = (panel: Panel): number => {
    const place = ORDER.indexOf(panel.key);
    return place < 0 ? ORDER.length : place;
  };
  return [...found.values()].sort((a, b) => rank(a) - rank(b));
}
