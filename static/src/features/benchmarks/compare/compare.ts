/** Which runs are compared, which two of them closely, and which shared items are shown, by the address. */
import { fixed } from "../../../lib/format";
import { LIMIT } from "../items/items";
import type { BiasPair, ComparedRun } from "../wire";

export const MAX_COMPARED = 6;
export const COMPARE = "/benchmarks/compare";
export const compareAddress = (ids: readonly number[]): string => `${COMPARE}?runs=${ids.join(",")}`;

/** The numbers in a list such as "1,2"; what is no number is left out, and what is there twice. */
export function idsOf(text: string | null): number[] {
  const ids = (text ?? "").split(",").filter((part) => /^\d{1,15}$/.test(part.trim()));
  return [...new Set(ids.map(Number))];
}

/** The two runs that are looked at closely: those of the address, else the first two. */
export function pairOf(runs: readonly ComparedRun[], text: string | null): [ComparedRun, ComparedRun] | null {
  const chosen = idsOf(text)
    .map((id) => runs.find((run) => run.run_id === id))
    .filter((run) => run !== undefined);
  const [a, b] = chosen.length === 2 ? chosen : runs;
  return a && b ? [a, b] : null;
}

export const ofPair = <Row extends { a: string; b: string }>(
  rows: readonly Row[],
  [a, b]: readonly [ComparedRun, ComparedRun],
): Row | undefined => rows.find((row) => row.a === a.label && row.b === b.label);

export interface PairFilters {
  outcome: string | null;
  differs: number;
  trait: number | null;
  order: string | null;
  attribute: string | null;
  category: string | null;
}

const OUTCOMES: ReadonlySet<string> = new Set(["both_answered", "one_refused", "one_unanswered"]);

export function pairFiltersOf(query: URLSearchParams): PairFilters {
  const outcome = query.get("outcome");
  const differs = Number(query.get("differs"));
  const trait = Number(query.get("trait"));
  const order = query.get("order");
  const [attribute, category] = splitGroup(query.get("group"));
  return {
    outcome: outcome !== null && OUTCOMES.has(outcome) ? outcome : null,
    differs: [1, 2, 3, 4].includes(differs) ? differs : 0,
    trait: Number.isInteger(trait) && trait > 0 ? trait : null,
    order: order === "in" || order === "rev" ? order : null,
    attribute,
    category,
  };
}

/** A group of the address, such as "gender:female"; names of groups may have a colon themselves. */
export function splitGroup(text: string | null): [string | null, string | null] {
  const at = text?.indexOf(":") ?? -1;
  return text && at > 0 && at < text.length - 1 ? [text.slice(0, at), text.slice(at + 1)] : [null, null];
}

export const pairBody = (ids: readonly number[], filters: PairFilters, offset: number): Record<string, unknown> => ({
  run_ids: ids,
  outcome: filters.outcome,
  min_difference: filters.differs,
  trait_id: filters.trait,
  scale_order: filters.order,
  attribute: filters.attribute,
  category: filters.category,
  limit: LIMIT,
  offset,
});

/** The attributes of the rows: those where the runs differ first, then those with the largest difference. */
export function attributesOf(rows: readonly BiasPair[]): string[] {
  const most = (name: string): number =>
    Math.max(
      ...rows
        .filter((row) => row.attribute === name)
        .map((row) => Math.abs(row.difference_of_deltas ?? 0) + (row.significant ? 10 : 0)),
    );
  const names = [...new Set(rows.map((row) => row.attribute))];
  return names
    .map((name) => ({ name, size: most(name) }))
    .sort((x, y) => y.size - x.size)
    .map(({ name }) => name);
}

export const inPercent = (share: number | null | undefined): string =>
  share === null || share === undefined ? "–" : `${fixed(100 * share, 1)} %`;
