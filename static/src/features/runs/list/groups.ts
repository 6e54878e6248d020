/** Groups of runs: one scale per metric, the best group, and the filter that shows its runs. */
import { bare, equals, quoted } from "./columns";
import { own } from "../../../lib/own";
import type { Groups } from "../../../lib/types";

export type { Groups };

const LEFT = 4;
const RIGHT = 82;

const CANDIDATES = 8;
const SHOWN = 3;
/** What people look at first, by the last word of a name: `val/loss`, `global_loss` and `loss` alike. */
const USUAL = ["loss", "accuracy", "acc", "recall", "auroc", "f1", "f1_score", "precision", "mae", "rmse", "r2"];

/** What a model is judged by, the best first; what it was trained on, last. */
const SOURCES = [/^test/i, /^val/i, /^(global|server)/i, /^clients_val/i, /^(?!train|clients_train)/i, /./];

/** The metrics to ask for where nobody has chosen: the usual ones first, tests before training. */
export function candidates(names: readonly string[]): string[] {
  const rows = names.map((name) => ({
    name,
    word: wordOf(name),
    source: SOURCES.findIndex((one) => one.test(name)),
    turn: 0,
  }));
  rows.sort((a, b) => a.word - b.word || a.source - b.source);
  /** One of each word before a second of any: three losses tell less than loss, accuracy and recall. */
  rows.forEach(
    (row, place) => (row.turn = place > 0 && rows[place - 1]!.word === row.word ? rows[place - 1]!.turn + 1 : 0),
  );
  return rows
    .sort((a, b) => a.turn - b.turn || a.word - b.word)
    .slice(0, CANDIDATES)
    .map((row) => row.name);
}

const ENDINGS = USUAL.map((word) => new RegExp(`(^|[/_. ])${word}$`, "i"));
function wordOf(name: string): number {
  const place = ENDINGS.findIndex((ending) => ending.test(name));
  return place < 0 ? USUAL.length : place;
}

/** Of these, the few that the most groups and runs have a value of. */
export function telling(answer: Groups, names: readonly string[]): string[] {
  const having = (name: string): number[] => {
    const known = answer.groups.map((group) => own(group.metrics, name)?.n ?? 0).filter(Boolean);
    return [known.length, known.reduce((sum, n) => sum + n, 0)];
  };
  const rows = names.map((name) => ({ name, having: having(name) }));
  rows.sort((a, b) => b.having[0]! - a.having[0]! || b.having[1]! - a.having[1]!);
  return rows
    .filter((row) => row.having[0])
    .slice(0, SHOWN)
    .map((row) => row.name);
}

/** From a value to its place in a picture of 86 pixels that all groups share. */
export function intervalScale(answer: Groups, name: string): (value: number) => number {
  const all = answer.groups.flatMap((group) => {
    const one = own(group.metrics, name);
    return one ? [one.mean, one.low, one.high] : [];
  });
  const known = all.filter((value): value is number => value !== null);
  const low = Math.min(...known);
  const high = Math.max(...known);
  if (!(high > low)) return () => (LEFT + RIGHT) / 2;
  return (value) => Math.round((LEFT + ((value - low) / (high - low)) * (RIGHT - LEFT)) * 10) / 10;
}

/** Whether the means of a metric are of runs on different sets of data, so that none is better than another. */
export const mixesDatasets = (answer: Groups, name: string): boolean =>
  answer.by === "dataset" || (own(answer.num_datasets, name) ?? 1) > 1;

/** The value of the group with the best mean; undefined where nothing is better, rows differ or means tie. */
export function bestGroup(answer: Groups, name: string): string | null | undefined {
  if (mixesDatasets(answer, name)) return undefined;
  const goal = own(answer.goals, name);
  const known = answer.groups.flatMap((group) => {
    const mean = own(group.metrics, name)?.mean;
    return mean === null || mean === undefined ? [] : [{ value: group.value, mean }];
  });
  if (!goal || known.length < 2 || (own(answer.measured_on, name)?.length ?? 1) > 1) return undefined;
  const means = known.map((one) => one.mean);
  const best = goal === "min" ? Math.min(...means) : Math.max(...means);
  const winners = known.filter((one) => one.mean === best);
  return winners.length === 1 ? winners[0]!.value : undefined;
}

/** What to ask for to see the runs of one group. */
export function termFor(by: string, value: string): string {
  const plain = bare(by).replace(/^([`"])(.*)\1$/, "$2");
  return equals(/^(params|tags)\./.test(by) ? `${by.split(".")[0]}.${quoted(plain)}` : by, value);
}

/** The part of the address that shows the runs of one group instead of the groups. */
export function addressOfGroup(by: string, value: string | null, filter: string): Record<string, string | null> {
  if (value === null) return { group: null };
  if (by === "training_mode") return { group: null, mode: value };
  if (by === "status") return { group: null, status: value };
  const term = termFor(by, value);
  return { group: null, filter: filter ? `${filter} and ${term}` : term };
}
