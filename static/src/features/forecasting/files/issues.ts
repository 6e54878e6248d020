/** Stored forecasts in a file: the column with their issue times, or with their lead in hours. */
import { t } from "../../../lib/i18n";
import type { ColumnView, SeriesFile } from "../wire";

export const NONE = "none";
const TIMES: readonly ColumnView["kind"][] = ["time", "issue"];

export interface IssueChoice {
  value: string;
  text: string;
}

type Options = Readonly<Record<string, unknown>>;

/** Whether a file could hold stored forecasts: it says so, or has another column of times. */
export function mayHoldForecasts({ reading, datenform }: SeriesFile): boolean {
  const columns = reading.columns ?? [];
  if (columns.length < 3) return false;
  const isSaid = Boolean(reading.issues) || datenform === "Historische Prognosen";
  return isSaid || columns.filter((one) => TIMES.includes(one.kind)).length > 1;
}

const nameOf = ({ name, column }: ColumnView): string => name ?? t("forecast.column_number", { column });

export function issueChoices({ reading }: SeriesFile): IssueChoice[] {
  const columns = reading.columns ?? [];
  const issue = columns
    .filter((one) => one.kind === "time" || one.kind === "issue" || one.kind === "text")
    .map((one) => ({ value: `issue:${one.column}`, text: t("forecast.issue_time_in", { column: nameOf(one) }) }));
  const lead = columns
    .filter((one) => one.kind === "number" || one.kind === "issue")
    .map((one) => ({ value: `lead:${one.column}`, text: t("forecast.lead_in", { column: nameOf(one) }) }));
  return [{ value: NONE, text: t("forecast.no_stored_forecasts") }, ...issue, ...lead];
}

export function issueChoice(options: Options): string {
  if (typeof options.issue_column === "number") return `issue:${options.issue_column}`;
  return typeof options.lead_column === "number" ? `lead:${options.lead_column}` : NONE;
}

/** The import options with another choice; the ones that it replaces are left out. */
export function optionsWithIssue(options: Options, choice: string): Record<string, unknown> {
  const { issue_column, lead_column, series_key, ...others } = options;
  void [issue_column, lead_column];
  const [kind, column] = choice.split(":");
  if (kind === NONE) return { ...others, ...(series_key === undefined ? {} : { series_key }) };
  return { ...others, [`${kind}_column`]: Number(column) };
}
