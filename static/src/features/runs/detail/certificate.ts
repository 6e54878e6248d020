/** The leak certificate in a run's manifest: parts, what they share, what was fitted on which rows. */
import { t } from "../../../lib/i18n";

export interface Fit {
  what: string;
  column: string | null;
  fitted_on: string;
  rows: number;
  also_in_validation: number;
  also_in_test: number | null;
  value: number | string | string[] | null;
  rows_sha256?: string | null;
}
/** What a site of a federation says of its own rows; nothing where it does not report. */
export interface SiteCertificate {
  site: string;
  reported: boolean;
  leaks: string[];
  blocks: { block: string; rows: number; patients: number | null }[];
  fits: Fit[];
}
export interface Certificate {
  ok: boolean | null;
  leaks: string[];
  blocks: { block: string; rows: number; patients: number | null }[];
  fits: Fit[];
  filled: Record<string, Record<string, number>>;
  unseen: Record<string, Record<string, number>>;
  sites?: SiteCertificate[];
  unknown?: string[];
}
/** A row of the table of sites; `fit` is null for a site that does not report. */
export interface SiteFit {
  site: string;
  fit: Fit | null;
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

/** What the certificate says in a sentence; null as `ok` means that a site says nothing. */
export function verdictOf(certificate: Certificate): string {
  if (certificate.leaks.length) return certificate.leaks.join(" ");
  if (certificate.ok) return certificate.sites ? t("run.certificate_ok_sites") : t("run.certificate_ok");
  return t("run.certificate_unknown", { sites: (certificate.unknown ?? []).join(", ") });
}

/** The rows of one part in words; across sites its patients may be unknown. */
export function partSize(part: Certificate["blocks"][number], say: (value: number) => string): string {
  if (part.patients === null) return t("run.rows_of_unknown_patients", { rows: say(part.rows) });
  return t("run.rows_of_patients", { rows: say(part.rows), patients: say(part.patients) });
}

/** Every fit of every site, one after the other; a site that does not report has one row. */
export function siteFits(sites: SiteCertificate[]): SiteFit[] {
  return sites.flatMap((one): SiteFit[] =>
    one.reported ? one.fits.map((fit) => ({ site: one.site, fit })) : [{ site: one.site, fit: null }],
  );
}

/** A fitted value in a few words: a number, a text, or the first of many categories. */
export function valueOf(
  value: Fit["value"],
  say: (value: number) => string,
  none = t("run.value_in_manifest"),
): string {
  if (value === null) return none;
  if (typeof value === "number") return say(value);
  if (typeof value === "string") return value;
  const more = value.length > SHOWN ? `, … (${value.length})` : "";
  return value.slice(0, SHOWN).join(", ") + more;
}
