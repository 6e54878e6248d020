/** What was read in a file, in the words of a person. */
import { count, duration, metric } from "../../../lib/format";
import { locale, serverText, t, translated, type Key } from "../../../lib/i18n";
import { own } from "../../../lib/own";
import { short } from "../holding";
import { timeOf } from "../split/split";
import type { Finding, Question, SeriesFile } from "../wire";

const STAMP = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** A time of a series in UTC; times of series are never shown in the zone of the browser. */
export function stamp(text: string | number | null | undefined): string {
  const at = typeof text === "number" ? text : timeOf(text);
  return at === null ? "–" : STAMP.format(at);
}

/** The distance of two points: whole minutes as they are typed elsewhere, else as a duration. */
export function spacing(minutes: number | null | undefined): string {
  if (minutes === null || minutes === undefined) return "–";
  return minutes < 1 ? duration(minutes * 60) : t("forecast.minutes", { minutes: short(minutes) });
}

export interface Fact {
  label: Key;
  text: string;
}

export function factsOf(file: SeriesFile): Fact[] {
  const { reading } = file;
  const gaps = reading.gap_count ?? reading.gaps?.length;
  const doubles = reading.duplicates;
  const facts: (Fact | null)[] = [
    { label: "forecast.range", text: `${stamp(file.utc_min)} – ${stamp(file.utc_max)} UTC` },
    { label: "forecast.step", text: spacing(file.zeitschrittweite) },
    {
      label: "forecast.values",
      text: t("forecast.values_of_rows", {
        values: count(file.numerische_datenpunkte),
        rows: file.datenpunkte ?? 0,
        share: short(file.numerischer_anteil ?? 0),
      }),
    },
    { label: "forecast.smallest_and_largest", text: `${valueText(file.min)} – ${valueText(file.max)}${unitOf(file)}` },
    gaps === undefined ? null : { label: "forecast.gaps", text: gaps ? gapText(file, gaps) : t("forecast.none") },
    doubles
      ? {
          label: "forecast.duplicates",
          text: doubles.rows
            ? t("forecast.duplicate_rows", { rows: doubles.rows, conflicting: doubles.conflicting_times })
            : t("forecast.none"),
        }
      : null,
  ];
  return facts.filter((fact) => fact !== null);
}

/** A value as it stands in the file. */
const valueText = (value: number | null | undefined): string => (typeof value === "number" ? short(value) : "–");

export function unitOf(file: SeriesFile): string {
  const unit = file.reading.series?.[file.seriesIndex]?.unit;
  return unit ? ` ${unit}` : "";
}

function gapText(file: SeriesFile, gaps: number): string {
  const longest = (file.reading.gaps ?? []).reduce((most, gap) => Math.max(most, gap.missing), 0);
  return t("forecast.gaps_longest", { gaps, longest });
}

/** Where a finding stands, as somebody finds it in a spreadsheet. */
export function placeOf(finding: Finding): string {
  const rows = finding.rows?.length ? finding.rows : finding.row ? [finding.row] : [];
  const shown = rows.slice(0, 5).join(", ");
  const more = (finding.count ?? rows.length) - Math.min(rows.length, 5);
  return [
    rows.length ? t("forecast.in_rows", { count: rows.length, rows: shown }) : "",
    more > 0 && rows.length ? t("forecast.and_more", { more }) : "",
    finding.column ? t("forecast.in_column", { column: finding.column }) : "",
    typeof finding.details?.file === "string" ? finding.details.file : "",
  ]
    .filter(Boolean)
    .join(", ");
}

/** A finding in the language of the person by its kind; by the template of its sentence where it carries figures. */
export function findingText(finding: Finding): string {
  const { key } = finding.details ?? {}; // of the one series that it is about, in a file with several below each other
  const prefix = typeof key === "string" && finding.message.startsWith(`${key}: `) ? `${key}: ` : "";
  return (
    prefix +
    serverText(`finding.${finding.kind}`, translated(finding.message.slice(prefix.length)), {
      count: finding.count ?? finding.rows?.length ?? 1,
      column: finding.column ?? "?",
      words: wordsOf(finding).join(", "),
    })
  );
}

/** Cells or words of the file that a finding is about. */
function wordsOf({ details }: Finding): string[] {
  const words = details?.words ?? details?.values;
  return Array.isArray(words)
    ? words.map((word) => (typeof word === "number" ? metric(word) : `„${String(word)}“`))
    : [];
}
/** What was found in a file but for what stands in the columns of its other series alone. */
export function findingsOf({ reading, seriesIndex }: SeriesFile): Finding[] {
  const own = reading.series?.[seriesIndex]?.column;
  const others = (reading.series ?? []).map((one) => one.column).filter((column) => column !== own);
  return (reading.findings ?? []).filter(({ column }) => !column || !others.includes(column));
}
/** Whether somebody should look at it: the hour that comes twice was read right, with the zone that was chosen. */
export const needsALook = (finding: Finding): boolean => finding.warns !== false && finding.kind !== "dst_fold";
/** What settles most comes first: with the right zone the hour that comes twice is no duplicate any more. */
export const inOrder = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((one, other) => Number(other.kind === ZONE_FIRST) - Number(one.kind === ZONE_FIRST));
const ZONE_FIRST = "local_time_suspected";
export const questionText = (question: Question): string => serverText(`question.${question.kind}`, question.message);

export interface Answer {
  label: string;
  options: Record<string, unknown>;
}

const WORDS: Readonly<Record<string, Key>> = {
  "date_order day_first": "forecast.day_first",
  "date_order month_first": "forecast.month_first",
  "date_order year_first": "forecast.year_first",
  "label_position start": "forecast.label_at_start",
  "label_position end": "forecast.label_at_end",
  "duplicates first": "forecast.keep_first",
  "duplicates last": "forecast.keep_last",
  "duplicates mean": "forecast.keep_mean",
};
const NAMES: Readonly<Record<string, Key>> = {
  decimal: "forecast.decimal_mark",
  thousands: "forecast.thousands_mark",
  timezone: "forecast.time_zone",
  series_key: "forecast.series_key",
  separator: "forecast.separator",
  columns: "forecast.columns_used",
  issue_column: "forecast.issue_column",
  lead_column: "forecast.lead_column",
  differences: "forecast.differences_of",
  encoding: "forecast.encoding",
  time_column: "forecast.time_column",
  skip_unreadable: "forecast.skip_unreadable",
  missing_codes: "forecast.missing_codes",
};

export function wordFor(field: string, value: unknown): string {
  const known = own(WORDS, `${field} ${String(value)}`);
  if (known) return t(known);
  const name = own(NAMES, field);
  const text = value === "" ? t("forecast.none") : value === "\t" ? t("forecast.tabulator") : String(value);
  return name ? t("forecast.name_is_value", { name: t(name), value: text }) : text;
}

/** What could be done about a finding as buttons; nothing once its option is set. */
export function offersFor(finding: Finding, options: Readonly<Record<string, unknown>>): Answer[] {
  const { option, column, details } = finding;
  if (!option || Object.hasOwn(options, option)) return [];
  if (finding.kind === "duplicate_time") return []; // the same values: whichever counts
  const of = (values: readonly unknown[]): Answer[] =>
    values.map((value) => ({ label: wordFor(option, value), options: { [option]: value } }));
  switch (option) {
    case "label_position":
      return of(["end", "start"]);
    case "duplicates":
      return of(["first", "last", "mean"]);
    case "timezone":
      return typeof details?.timezone === "string" ? of([details.timezone]) : [];
    case "differences":
      return column ? [{ label: t("forecast.take_differences"), options: { differences: [column] } }] : [];
    case "missing_codes":
      return Array.isArray(details?.codes) ? of([details.codes]) : [];
    default:
      return [];
  }
}

/** The answers to a question as buttons: what each says, and which import options it sets. */
export function answersTo(question: Question): Answer[] {
  if (question.alternatives?.length) {
    return question.alternatives.map((options) => ({
      label: Object.entries(options)
        .map(([field, value]) => wordFor(field, value))
        .join(", "),
      options,
    }));
  }
  return question.choices.map((choice) => ({
    label: wordFor(question.field, choice),
    options: { [question.field]: choice },
  }));
}
