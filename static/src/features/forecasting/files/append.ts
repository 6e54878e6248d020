/** New rows for a series: what they have in common with those that are here, and who decides. */
import { count, metric } from "../../../lib/format";
import { t } from "../../../lib/i18n";

export interface Overlap {
  new: number;
  overlapping: number;
  differing: number;
  filled: number;
  examples: { series: string; time: string; old: number; new: number }[];
}
/** `applied` is false where a person must choose: nothing has changed then. */
export interface AppendAnswer {
  applied: boolean;
  known: boolean;
  overlap: Overlap;
}
export type Rule = "old" | "new";

/** What became of the rows, in words. */
export function appendedText({ known, overlap }: AppendAnswer): string {
  if (known) return t("forecast.rows_are_here_already");
  return t("forecast.rows_were_added", {
    added: overlap.new,
    overlapping: overlap.overlapping,
  });
}

/** What differs, as a row of a table has it. */
export const differenceOf = (example: Overlap["examples"][number]): { old: string; new: string } => ({
  old: metric(example.old),
  new: metric(example.new),
});

export const moreThan = (overlap: Overlap): string =>
  overlap.differing > overlap.examples.length
    ? t("forecast.first_of_differing", {
        shown: count(overlap.examples.length),
        differing: count(overlap.differing),
      })
    : "";
