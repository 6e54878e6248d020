/** From series of the API to the columns that uPlot draws, without a screen. */
import { t } from "../../lib/i18n";
import { sentence, words } from "../../lib/format";
import { own } from "../../lib/own";
import type { Over } from "../../lib/prefs.svelte";
import type { Series, SeriesSummary } from "../../lib/types";

export interface Line {
  key: string;
  /** Of a run's own series. */
  name?: string;
  label: string;
  /** Which of the eight hues; stable for the same series over pages and reloads. */
  hue: number;
  dashed: boolean;
  steps: number[];
  values: (number | null)[];
  min?: (number | null)[];
  max?: (number | null)[];
  whole?: Whole;
}

/** A whole curve in numbers, as the server keeps them: a drawn part or bucket may lack them. */
export type Whole = Pick<SeriesSummary, "last" | "best" | "best_step" | "goal" | "in_catalogue"> & { count?: number };
export type KnownSeries = Series & {
  whole?: Whole;
  /** The whole name where `name` leaves its section out. */
  full?: string;
};

export interface Panel {
  key: string;
  title: string;
  /** Whether smaller is better, larger is better, or neither. */
  aim: "low" | "high" | "none";
  lines: Line[];
}

/** What the server says of the direction of a metric; without it nothing is marked as the best. */
export const aimOf = (goal: string | null | undefined): Panel["aim"] =>
  goal === "min" ? "low" : goal === "max" ? "high" : "none";

const PROGRESS: ReadonlySet<string> = new Set(["epoch", "round", "step", "time", "clock"]);
/** Whether values come one after the other along the axis, so that the last one is the latest. */
export const isProgress = (stepName: string): boolean => PROGRESS.has(stepName);

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
export function align(
  lines: readonly Line[],
  pick: (line: Line) => Column | undefined,
): {
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

export interface Best {
  /** Where it stands on the axis; null where that is not known. */
  step: number | null;
  value: number;
}

/** The best of the whole curve as the server knows it, or else of the points that are drawn. */
export function bestOf(line: Line, aim: Panel["aim"]): Best | null {
  if (aim === "none") return null;
  if (!line.whole) return best(line, aim);
  const { best: value, best_step: step } = line.whole;
  return value === null ? null : { step, value };
}

/** The best drawn point of a line; step 0 is the untrained model and the best only where it is alone. */
export function best(line: Line, aim: Panel["aim"]): { step: number; value: number } | null {
  if (aim === "none") return null;
  let best: { step: number; value: number } | null = null;
  line.values.forEach((value, index) => {
    if (value === null) return;
    const better = !best || best.step === 0 || (aim === "low" ? value < best.value : value > best.value);
    if (better) best = { step: line.steps[index]!, value };
  });
  return best;
}

/** The newest value of the whole curve; null where it is not a number, undefined where there is none. */
export function lastOf(line: Line): number | null | undefined {
  return line.whole ? line.whole.last : line.values.at(-1);
}

export function csv(lines: readonly Line[], stepName: string): string {
  const { steps, columns } = align(lines, (line) => line.values);
  const head = [stepName, ...lines.map((line) => `"${line.label.replaceAll('"', '""')}"`)].join(",");
  const rows = steps.map((step, row) => [step, ...columns.map((column) => column[row] ?? "")].join(","));
  return [head, ...rows].join("\n") + "\n";
}

interface Family {
  key: string;
  title: string;
}

/** Whole names that our engines write, and programs by the same conventions; never a piece of a name. */
const OURS = /^(?:(?:clients_)?(?:train|val)_|(?:test|global|server)_)?/.source;
const SCORES = new RegExp(`${OURS}(?:acc|accuracy|f1|f1_score|recall|precision|auroc|auc|sensitivity|specificity)$`);
const LOSS = new RegExp(`${OURS}loss$`);
const BATCH_LOSS = /^(?:train_)?(?:batch_loss|loss_batch|loss_step)$/;
const RATE = /^(?:learning_rate|lr(?:-.+)?)$/;
const GRADIENTS = /^(?:grad|gradient|total|max|min)_norm$/;
/** Counts of the confusion matrix and the one point of the test stand elsewhere on the page. */
const COUNTS = /(^|_)cm_/;
const isNoCurve = (one: KnownSeries): boolean =>
  COUNTS.test(one.name) || (/^test_/.test(one.name) && (one.whole?.count ?? one.steps.length) < 2);

/** Names with sections come from people's own programs: they stand as they were typed. */
const asTyped = (name: string): boolean => /[/.]/.test(name);

function familyOf(name: string): Family {
  return asTyped(name) ? { key: name, title: name } : ownFamily(name);
}

/** Names of our own engines; those of people's programs are never taken apart. */
function ownFamily(name: string): Family {
  if (GRADIENTS.test(name)) return { key: "gradients", title: t("ui.gradient_norm") };
  if (RATE.test(name)) return { key: "rate", title: t("ui.learning_rate") };
  if (BATCH_LOSS.test(name)) return { key: "batch", title: t("ui.batch_loss") };
  if (LOSS.test(name)) return { key: "loss", title: t("common.loss") };
  if (!SCORES.test(name)) return { key: name, title: sentence(words(name)) };
  if (name.startsWith("clients_train_")) return { key: "mean-train", title: t("ui.clients_mean_training") };
  if (name.startsWith("clients_")) return { key: "mean-val", title: t("ui.clients_mean_validation") };
  return { key: "scores", title: name.startsWith("global_") ? t("ui.global_model_after_each_round") : t("ui.scores") };
}

const ORDER = ["scores", "loss", "mean-val", "mean-train", "batch", "rate", "gradients"];
const PREFIX = /^(clients_)?(val|train|test|server|global|client|eval)_/;
const HUES: Record<string, number> = {
  accuracy: 0,
  acc: 0,
  loss: 0,
  auroc: 1,
  f1: 2,
  f1_score: 2,
  recall: 3,
  precision: 4,
};

/** One hue per metric wherever it stands; the losses of one panel differ by whose they are. */
function hueOf(name: string, place: number): number {
  if (/^clients_train_loss$/.test(name)) return 1;
  if (/^clients_val_loss$/.test(name)) return 2;
  return own(HUES, name.replace(PREFIX, "")) ?? place % 8;
}

/** The server's own measures need no prefix: the heading says whose they are. */
function labelOf(name: string, family: Family): string {
  if (family.key.startsWith("mean-")) return words(name.replace(PREFIX, ""));
  if (family.key === "loss" && name.startsWith("global_")) return t("metric.server");
  if (asTyped(name)) return name;
  return words(name.replace(/^(global|server)_/, "").replace(/^clients_/, "clients'_"));
}

/** Where a series' points stand: its steps, or seconds after the moment that `start` names. */
function stepsOf(one: Series, shift: number, start: number | null): number[] {
  if (start !== null) return (one.times ?? []).map((time) => Math.round((time - start) * 100) / 100);
  return shift ? one.steps.map((step) => step + shift) : one.steps;
}

/** Give each series what the server knows of the whole of it. */
export function withWhole(series: readonly Series[], summaries: readonly SeriesSummary[]): KnownSeries[] {
  const nameOf = (one: { name: string; client?: string | null }): string =>
    JSON.stringify([one.name, one.client ?? null]);
  const known = new Map(summaries.map((one) => [nameOf(one), one]));
  return series.map((one) => ({ ...one, whole: known.get(nameOf(one)) }));
}

const shifted = (whole: Whole | undefined, shift: number): Whole | undefined =>
  whole && { ...whole, best_step: whole.best_step === null ? null : whole.best_step + shift };

/** Over time a step has a place only where a point of it was sent. */
function wholeOf(one: KnownSeries, steps: number[]): Whole | undefined {
  if (!one.whole || one.whole.best_step === null) return one.whole;
  return { ...one.whole, best_step: steps[one.steps.indexOf(one.whole.best_step)] ?? null };
}

function lineOf(one: KnownSeries, family: Family, place: number, axis: number[], shift: number | null): Line {
  const isOwn = one.client === null;
  const whole = shift === null ? wholeOf(one, axis) : shifted(one.whole, shift);
  return {
    key: isOwn ? one.name : `${one.name}/${one.client}`,
    name: isOwn ? (one.full ?? one.name) : undefined,
    label: one.client ?? labelOf(one.name, family),
    hue: isOwn ? hueOf(one.name, place) : place % 8,
    dashed: isOwn ? /^train_/.test(one.name) : place >= 8,
    steps: axis,
    values: one.values,
    min: one.min,
    max: one.max,
    whole,
  };
}

/** Curves of one panel that read alike, such as `accuracy` and `global_accuracy`, get the whole of their names. */
function tellApart(lines: Line[]): void {
  for (const nameOf of [words, (name: string) => name]) {
    const times = new Map<string, number>();
    for (const { label } of lines) times.set(label, (times.get(label) ?? 0) + 1);
    for (const line of lines) if (times.get(line.label)! > 1) line.label = nameOf(line.key);
  }
}

/** The time of the first point of all; clocks of several sites may differ. */
const beginning = (series: readonly Series[]): number =>
  Math.min(...series.flatMap((one) => (one.times ?? []).slice(0, 1)));

/** Steps of the points between two places on the axis, so that the server can look closer. */
export function stepsBetween(
  series: readonly Series[],
  over: Over,
  shift: number,
  from: number,
  to: number,
): [number, number] | null {
  if (over === "step") return [Math.ceil(from - shift), Math.floor(to - shift)];
  const start = over === "clock" ? 0 : beginning(series);
  const inside = series.flatMap((one) =>
    one.steps.filter((_, index) => {
      const at = (one.times?.[index] ?? NaN) - start;
      return at >= from && at <= to;
    }),
  );
  return inside.length ? [inside.reduce((a, b) => Math.min(a, b)), inside.reduce((a, b) => Math.max(a, b))] : null;
}

export interface Section {
  name: string;
  series: KnownSeries[];
}

/** Series under the word before their slash; those without one come first. */
export function sections(series: readonly KnownSeries[]): Section[] {
  const groups = new Map<string, KnownSeries[]>();
  for (const one of series) {
    const slash = one.name.lastIndexOf("/");
    const name = slash > 0 ? one.name.slice(0, slash) : "";
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups]
    .map(([name, members]) => ({ name, series: members }))
    .sort((a, b) => Number(a.name !== "") - Number(b.name !== "") || a.name.localeCompare(b.name, "en"));
}

/** A person looks at the first panels at a glance; all of them are under Charts. */
export const MAX_PANELS = 12;

/** How many panels a run has, and whose curves the first of them and the page of the rounds draw. */
export function atAGlance(summaries: readonly SeriesSummary[]): { panels: number; names: string[] } {
  const mine = summaries
    .filter((one) => (one.client ?? null) === null)
    .map((whole) => ({ name: whole.name, client: null, steps: [], values: [], whole }));
  const all = panels(mine);
  const first = all.slice(0, MAX_PANELS).flatMap((panel) => panel.lines.map((line) => line.key));
  const server = mine.map((one) => one.name).filter((name) => /^(global|server)_/.test(name));
  return { panels: all.length, names: [...new Set([...first, ...server])] };
}

/**
 * Put series that share a unit into one panel; each metric of the clients gets a panel of its own.
 *
 * `shift` is added to every step: epochs count from 0 on the wire and from 1 for people. Over
 * `time` points stand at the seconds since the first of them, over `clock` at Unix seconds.
 */
export function panels(series: readonly KnownSeries[], shift = 0, over: Over = "step"): Panel[] {
  const byKey = new Map<string, Panel>();
  const start = over === "step" ? null : over === "clock" ? 0 : beginning(series);
  for (const one of series) {
    if (isNoCurve(one)) continue;
    const family = familyOf(one.name);
    const isOwn = one.client === null;
    const key = isOwn ? family.key : `clients-${one.name}`;
    const title = isOwn ? family.title : t("ui.each_client_name", { name: words(one.name) });
    const panel = byKey.get(key) ?? { key, title, aim: aimOf(one.whole?.goal), lines: [] };
    if (panel.aim !== aimOf(one.whole?.goal)) panel.aim = "none";
    panel.lines.push(
      lineOf(one, family, panel.lines.length, stepsOf(one, shift, start), start === null ? shift : null),
    );
    byKey.set(key, panel);
  }
  for (const panel of byKey.values()) tellApart(panel.lines);
  const rank = (panel: Panel): number => {
    const place = ORDER.indexOf(panel.key);
    return place < 0 ? ORDER.length : place;
  };
  return [...byKey.values()].sort((a, b) => rank(a) - rank(b));
}
