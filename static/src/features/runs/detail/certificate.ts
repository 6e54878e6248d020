/** The leak certificate in a run's manifest: parts, what they share, what was fitted on which rows. */
import { t } from "../../../lib/i18n";

export interface Fit {
  what: string;
  column: string | null;
  fitted_on: string;
  rows: number;
  also_in_validation: number;
  also_in_test: number;
  value: number | string | string[] | null;
}
export interface Certificate {
  ok: boolean;
  leaks: string[];
  blocks: { block: string; rows: number; patients: number }[];
  fits: Fit[];
  filled: Record<string, Record<string, number>>;
  unseen: Record<string, Record<string, number>>;
}

const FITS = new Map<string, string>([
  ["scaler", t("run.fit_scaler")],
  ["median", t("run.fit_median")],
  ["mode", t("run.fit_mode")],
  ["categories", t("run.fit_categories")],
]);
const PARTS = new Map<string, string>([
  ["train", t("run.part_train")],
  ["validation", t("run.part_validation")],
  ["test", t("run.part_test")],
]);
const SHOWN = 12;

export const fitted = (what: string): string => FITS.get(what) ?? what;
export const partWord = (part: string): string => PARTS.get(part) ?? part;

/** Return the certificate in a manifest; runs of earlier releases have none. */
export function certificateOf(manifest: Record<string, unknown>): Certificate | null {
  const kept = manifest.certificate;
  return kept && typeof kept === "object" && "fits" in kept ? (kept as Certificate) : null;
}

/** A fitted value in a few words: a number, a text, or the first of many categories. */
export function valueOf(value: Fit["value"], say: (value: number) => string): string {
  if (value === null) return t("run.value_in_manifest");
  if (typeof value === "number") return say(value);
  if (typeof value === "string") return value;
  const more = value.length > SHOWN ? `, … (${value.length})` : "";
  return value.slice(0, SHOWN).join(", ") + more;
}
