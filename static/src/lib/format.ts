/** Numbers, times and sizes as people of the chosen language read them. */
import { language, locale, t, type Key } from "./i18n";
import { own } from "./own";

const POINT = new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";
const point = (text: string): string => text.replace(".", POINT);
const RAISED: Readonly<Record<string, string>> = Object.fromEntries(
  [..."-0123456789"].map((one, at) => [one, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[at]!]),
);

/** A number of a program as people read it: "-1.5e-8" as "−1.5×10⁻⁸", with the decimal point of the language. */
export function typeset(text: string): string {
  const [digits, exponent] = text.split("e") as [string, string?];
  const front = point(digits).replace("-", "−");
  if (exponent === undefined) return front;
  const power = `10${[...exponent.replace("+", "")].map((one) => RAISED[one]).join("")}`;
  return digits === "1" ? power : `${front}×${power}`;
}

/** A number that the server wrote, with the decimal point of the language; any other text as it is. */
export const decimal = (text: string): string => (/^-?\d+\.\d+$/.test(text) ? point(text) : text);

/** A number with exactly so many digits behind the decimal point; what rounds to zero has no sign. */
export const fixed = (value: number, digits: number): string =>
  typeset(value.toFixed(digits).replace(/^-(?=[0.]+$)/, ""));

export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  if (seconds === 0) return t("lib.0_s");
  if (seconds < 1) return t("lib.seconds_ms", { seconds: Math.round(seconds * 1000) });
  if (seconds < 10) return t("lib.value_s", { value: fixed(seconds, 1) });
  const total = Math.round(seconds);
  if (total < 60) return t("lib.total_s", { total });
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return t("lib.minutes_min_value_s", { minutes, value: String(total % 60).padStart(2, "0") });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return t("lib.hours_h_value_min", { hours, value: String(minutes % 60).padStart(2, "0") });
  return t("lib.hours_d_hours2_h", { hours: Math.floor(hours / 24), hours2: hours % 24 });
}

export function clockTime(at: Date | number): string {
  return new Date(at).toLocaleTimeString(locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
}

export function ago(at: string | number | Date | null | undefined, now: number): string {
  if (at === null || at === undefined) return "–";
  const seconds = Math.round((now - new Date(at).getTime()) / 1000);
  if (Number.isNaN(seconds)) return "–";
  if (seconds < 5) return t("lib.just_now");
  if (seconds < 60) return t("lib.seconds_s_ago", { seconds });
  if (seconds < 3600) return t("lib.seconds_min_ago", { seconds: Math.floor(seconds / 60) });
  if (seconds < 86_400) return t("lib.seconds_h_ago", { seconds: Math.floor(seconds / 3600) });
  if (seconds < 86_400 * 14) return t("lib.seconds_d_ago", { seconds: Math.floor(seconds / 86_400) });
  return new Date(at).toLocaleDateString(locale, { dateStyle: "medium" });
}

export function absolute(at: string | number | Date | null | undefined): string {
  if (at === null || at === undefined) return "";
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : `${date.toLocaleString(locale)} (${date.toISOString()})`;
}

export function bytes(size: number | null | undefined): string {
  if (size === null || size === undefined) return "–";
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : fixed(value, 1)} ${units[unit]}`;
}

const DIGITS = 4;
/** More of them for what four would write as 1: closer than the last it is noise of computing. */
const DIGITS_SHORT_OF_ONE = [5, 6, 7, 8, 9];

/** So many digits that a number short of 1 never reads as 1, which may be the end of a share. */
function digitsOf(size: number): number {
  const readsAsOne = (digits: number): boolean => Number(size.toPrecision(digits)) === 1;
  if (size >= 1 || !readsAsOne(DIGITS)) return DIGITS;
  return DIGITS_SHORT_OF_ONE.find((digits) => !readsAsOne(digits)) ?? DIGITS;
}

/** A measured value with four significant digits wherever it stands; what is not 0 never reads as 0. */
export function metric(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const text = value.toPrecision(digitsOf(Math.abs(value)));
  const size = Math.abs(Number(text));
  return typeset(size >= 10_000 || size < 0.001 ? value.toExponential(DIGITS - 1) : text);
}

const COUNT = /(^|[_/])(cm_(tp|tn|fp|fn)|(true|false)_(positives|negatives)|num_(samples|examples|clients))$/;

/** A measured value under the name of its metric: counts are whole, and a null is not a number. */
export function measuredAs(name: string, value: number | null | undefined): string {
  if (value === null) return "NaN";
  return value !== undefined && COUNT.test(name) && Number.isInteger(value) ? String(value) : metric(value);
}

export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : value.toLocaleString(locale).replace("-", "−");

/** Whole per cent; a part too small for one is not shown as none, nor a lack as nothing. */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  if (share > 0 && whole === 0) return "< 1 %";
  return share < 1 && whole === 100 ? "> 99 %" : `${whole} %`;
}

/** Parts of metric names that have a word of their own on screen. */
const KNOWN: Record<string, Key> = {
  auroc: "metric.auroc",
  auc: "metric.auc",
  f1: "metric.f1",
  f1_score: "metric.f1",
  lr: "common.learning_rate",
  learning_rate: "common.learning_rate",
  acc: "metric.accuracy",
  accuracy: "metric.accuracy",
  loss: "metric.loss",
  precision: "metric.precision",
  recall: "metric.recall",
  specificity: "metric.specificity",
  sensitivity: "metric.sensitivity",
  score: "metric.score",
  mae: "metric.mae",
  rmse: "metric.rmse",
  mse: "metric.mse",
  mape: "metric.mape",
  wape: "metric.wape",
  smape: "metric.smape",
  nrmse: "metric.nrmse",
  mase: "metric.mase",
  mase_seasonal: "metric.mase_seasonal",
  skill: "metric.skill",
  batch: "metric.batch",
  val: "metric.validation",
  train: "metric.training",
  test: "metric.test",
  num: "lib.number_of",
  global: "metric.server",
  clients: "metric.clients",
  "clients'": "metric.of_clients",
};
/** What comes before a metric and says whose it is. */
const PHASES: ReadonlySet<string> = new Set(["val", "train", "test", "global", "clients", "clients'"]);
function known(part: string): string {
  const key = own(KNOWN, part);
  return key ? t(key) : part;
}

/** `val_acc` as "validation accuracy"; a name that is not known in another language stays as it is. */
export function words(name: string): string {
  if (own(KNOWN, name)) return known(name);
  const parts = name.split(/[_-]/).filter(Boolean);
  if (language !== "en" && !parts.every((part) => own(KNOWN, part))) return name;
  const first = parts.findIndex((part) => !PHASES.has(part));
  const phase = parts.slice(0, Math.max(0, first)).map(known);
  const metric = parts.slice(Math.max(0, first)).map(known).join(" ");
  if (!phase.length) return metric;
  return t("metric.of_phase", { phase: phase.join(language === "en" ? " " : ", "), metric });
}

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The name of a metric where it begins a label: "recall" as "Recall"; what is no known name stays as it is. */
export const titled = (name: string): string =>
  name.split(/[_-]/).every((part) => own(KNOWN, part)) ? sentence(words(name)) : name;
