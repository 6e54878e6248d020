/** Numbers, times and sizes as people read them. */
import { own } from "./own";

export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  if (seconds === 0) return "0 s";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const total = Math.round(seconds);
  if (total < 60) return `${total} s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return `${minutes} min ${String(total % 60).padStart(2, "0")} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function clockTime(at: Date | number): string {
  return new Date(at).toLocaleTimeString(undefined, {
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
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 86_400 * 14) return `${Math.floor(seconds / 86_400)} d ago`;
  return new Date(at).toLocaleDateString(undefined, { dateStyle: "medium" });
}

export function absolute(at: string | number | Date | null | undefined): string {
  if (at === null || at === undefined) return "";
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : `${date.toLocaleString()} (${date.toISOString()})`;
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
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A measured value with the same digits wherever it stands. */
export function metric(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 10_000 || size < 0.0005) return value.toExponential(2);
  if (size >= 100) return value.toFixed(1);
  return value.toFixed(4);
}

const COUNT = /(^|[_/])(cm_(tp|tn|fp|fn)|(true|false)_(positives|negatives)|num_(samples|examples|clients))$/;

/** A measured value under the name of its metric: counts are whole, and a null is not a number. */
export function measuredAs(name: string, value: number | null | undefined): string {
  if (value === null) return "NaN";
  return value !== undefined && COUNT.test(name) && Number.isInteger(value) ? String(value) : metric(value);
}

export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : value.toLocaleString("en");

/** A number with its noun: one run, two runs. */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

/** Whole per cent; a part too small for one is not told as none, nor a lack as nothing. */
export function percent(share: number): string {
  const whole = Math.round(share * 100);
  if (share > 0 && whole === 0) return "< 1 %";
  return share < 1 && whole === 100 ? "> 99 %" : `${whole} %`;
}

const KNOWN: Record<string, string> = {
  auroc: "AUROC",
  auc: "AUC",
  f1: "F1",
  f1_score: "F1",
  lr: "learning rate",
  acc: "accuracy",
  val: "validation",
  train: "training",
  num: "number of",
  global: "server",
};

/** `val_acc` as "validation accuracy". */
export function words(name: string): string {
  return own(KNOWN, name) ?? parted(name);
}

function parted(name: string): string {
  return name
    .split(/[_-]/)
    .filter(Boolean)
    .map((part) => own(KNOWN, part) ?? part)
    .join(" ");
}

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
