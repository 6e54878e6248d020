/** Settings of schedules as people read them. */
import { duration } from "../../lib/format";
import { t, type Key } from "../../lib/i18n";
import { own } from "../../lib/own";
import { zoned } from "./moments";
import { isNamed, NOTHING, parameterWord, valueWord } from "./parameters";
import { alike, readWord } from "./settings";

const VISIBILITIES: Readonly<Record<string, Key>> = {
  private: "schedules.visibility_private",
  team: "schedules.visibility_team",
};
const CATCH_UPS: Readonly<Record<string, Key>> = {
  skip: "schedules.catch_up_skip",
  one: "schedules.catch_up_one",
  all: "schedules.catch_up_all",
};
const among =
  (words: Readonly<Record<string, Key>>) =>
  (value: unknown): string => {
    const word = own(words, String(value));
    return word ? t(word) : String(value);
  };
/** What is no number or no moment is shown as it was given, so that its mistake is seen. */
const seconds = (value: unknown): string => (Number.isFinite(Number(value)) ? duration(Number(value)) : String(value));
const moment = (value: unknown): string =>
  Number.isNaN(Date.parse(String(value))) ? String(value) : zoned(String(value));
const SETTINGS: Readonly<Record<string, (value: unknown) => string>> = {
  visibility: among(VISIBILITIES),
  catch_up: among(CATCH_UPS),
  interval_s: seconds,
  timeout_s: seconds,
  longest: seconds,
  jitter_s: seconds,
  run_at: moment,
  starts_at: moment,
  ends_at: moment,
  backoff: (value) => [value].flat().map(seconds).join(", "),
};

const isNothing = (value: unknown): boolean => value === null || value === undefined || value === "";

/** The value of a field of a schedule: moments are on the reader's clock, times in units. */
export const settingWord = (field: string, value: unknown): string =>
  isNothing(value) ? NOTHING : (own(SETTINGS, field) ?? plain)(value);
const plain = (value: unknown): string => (typeof value === "string" ? value : valueWord(value));

export interface ChangeInWords {
  name: string;
  before: string;
  after: string;
}
/** What changed of a schedule by field; of the parameters each that is another now. */
export const changesInWords = (diff: Readonly<Record<string, readonly unknown[]>>): ChangeInWords[] =>
  Object.entries(diff).flatMap(([field, [before, after]]) =>
    field === "params"
      ? parametersChanged(before, after)
      : { name: readWord(field), before: settingWord(field, before), after: settingWord(field, after) },
  );
function parametersChanged(before: unknown, after: unknown): ChangeInWords[] {
  const [old, now] = [before, after].map((params) => (isNamed(params) ? params : {})) as [Params, Params];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !alike(old[name], now[name]));
  const word = (value: unknown): string => (isNothing(value) ? NOTHING : valueWord(value));
  return names.map((name) => ({ name: parameterWord(name), before: word(old[name]), after: word(now[name]) }));
}
type Params = Record<string, unknown>;
