/** What else is known of a group of a table: its verdict, and its interval over persons and traits. */
import type { DeltaTable, Equivalence, Forest } from "../wire";

interface Ends {
  ci_low: number | null;
  ci_high: number | null;
}
export interface Judged {
  verdict: (group: string) => string | null;
  both: (group: string) => Ends;
}
const NOTHING: Ends = { ci_low: null, ci_high: null };

/** Of answers that are about the same groups and the same baseline as the table; others say nothing. */
export function judgedOf(table: DeltaTable, equivalence: Equivalence | null, forest: Forest | null): Judged {
  const rows = equivalence?.data[table.attribute] ?? [];
  const same = forest?.attribute === table.attribute && forest.baseline === table.baseline ? forest : null;
  return {
    verdict: (group) => rows.find((row) => row.category === group && row.baseline === table.baseline)?.verdict ?? null,
    both: (group) => {
      const diamond = same?.groups.find((one) => one.category === group)?.diamond;
      return diamond ? { ci_low: diamond.traits_ci_low, ci_high: diamond.traits_ci_high } : NOTHING;
    },
  };
}
