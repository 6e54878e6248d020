/** Settings of schedules as people read them. */
import { duration } from "../../lib/format";
import { t, type Key } from "../../lib/i18n";
import { own } from "../../lib/own";
import { zoned } from "./moments";
import { parameterWord, valueWord } from "./parameters";

const NOTHING = "–";
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
const named = (value: unknown): string =>
  Object.entries(value as object)
    .map(([name, one]) => `${parameterWord(name)}: ${valueWord(one)}`)
    .join(", ") || NOTHING;

const SETTINGS: Readonly<Record<string, (value: unknown) => string>> = {
  params: named,
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

const plain = (value: unknown): string => (typeof value === "string" ? value : valueWord(value)) || NOTHING;

/** The value of a field of a schedule: moments are on the reader's clock, times in units. */
export const settingWord = (field: string, value: unknown): string =>
  isNothing(value) ? NOTHING : (own(SETTINGS, field) ?? plain)(value);
