/** Visits of web sites, in the words of the pages. */
import { t } from "../../lib/i18n";
import { own } from "../../lib/own";
import type { SiteAnalysis, SiteFinding, SiteVisit } from "../../lib/types";

export type Group = "search" | "structure" | "access" | "links";
interface FindingWords {
  group: Group;
  name: string;
  advice: string;
}

const FINDINGS: Readonly<Record<string, FindingWords>> = {
  title_missing: {
    group: "search",
    name: t("website.finding_title_missing"),
    advice: t("website.advice_title_missing"),
  },
  title_multiple: {
    group: "search",
    name: t("website.finding_title_multiple"),
    advice: t("website.advice_title_multiple"),
  },
  title_too_long: {
    group: "search",
    name: t("website.finding_title_too_long"),
    advice: t("website.advice_title_too_long"),
  },
  description_missing: {
    group: "search",
    name: t("website.finding_description_missing"),
    advice: t("website.advice_description_missing"),
  },
  canonical_multiple: {
    group: "search",
    name: t("website.finding_canonical_multiple"),
    advice: t("website.advice_canonical_multiple"),
  },
  canonical_elsewhere: {
    group: "search",
    name: t("website.finding_canonical_elsewhere"),
    advice: t("website.advice_canonical_elsewhere"),
  },
  noindex: { group: "search", name: t("website.finding_noindex"), advice: t("website.advice_noindex") },
  h1_missing: { group: "structure", name: t("website.finding_h1_missing"), advice: t("website.advice_h1_missing") },
  h1_multiple: { group: "structure", name: t("website.finding_h1_multiple"), advice: t("website.advice_h1_multiple") },
  heading_skipped: {
    group: "structure",
    name: t("website.finding_heading_skipped"),
    advice: t("website.advice_heading_skipped"),
  },
  lang_missing: {
    group: "structure",
    name: t("website.finding_lang_missing"),
    advice: t("website.advice_lang_missing"),
  },
  hreflang_bad_code: {
    group: "structure",
    name: t("website.finding_hreflang_bad_code"),
    advice: t("website.advice_hreflang_bad_code"),
  },
  hreflang_no_self: {
    group: "structure",
    name: t("website.finding_hreflang_no_self"),
    advice: t("website.advice_hreflang_no_self"),
  },
  image_alt_missing: {
    group: "access",
    name: t("website.finding_image_alt_missing"),
    advice: t("website.advice_image_alt_missing"),
  },
  charset_mismatch: {
    group: "access",
    name: t("website.finding_charset_mismatch"),
    advice: t("website.advice_charset_mismatch"),
  },
  needs_javascript: {
    group: "access",
    name: t("website.finding_needs_javascript"),
    advice: t("website.advice_needs_javascript"),
  },
  link_broken: { group: "links", name: t("website.finding_link_broken"), advice: t("website.advice_link_broken") },
  redirect_chain: {
    group: "links",
    name: t("website.finding_redirect_chain"),
    advice: t("website.advice_redirect_chain"),
  },
};
export const GROUPS: readonly { group: Group; label: string }[] = [
  { group: "search", label: t("website.group_search") },
  { group: "structure", label: t("website.group_structure") },
  { group: "access", label: t("website.group_access") },
  { group: "links", label: t("website.group_links") },
];
const UNPLACED = new Set([
  "title_missing",
  "description_missing",
  "h1_missing",
  "lang_missing",
  "noindex",
  "needs_javascript",
  "hreflang_no_self",
]);
interface Word {
  word: string;
  tone: "good" | "bad" | "";
}
const OUTCOMES: Readonly<Record<string, Word>> = {
  analysed: { word: t("website.analysed"), tone: "good" },
  skipped: { word: t("website.unchanged"), tone: "good" },
  refused: { word: t("website.refused"), tone: "" },
  failed: { word: t("website.failed"), tone: "bad" },
};
const LINKS: Readonly<Record<string, Word>> = {
  ok: { word: t("website.link_ok"), tone: "good" },
  broken: { word: t("website.link_broken"), tone: "bad" },
  refused: { word: t("website.link_refused"), tone: "" },
  closed: { word: t("website.link_closed"), tone: "" },
  unchecked: { word: t("website.link_unchecked"), tone: "" },
};
const REASONS: Readonly<Record<string, string>> = {
  robots: t("website.why_robots"),
  address: t("website.why_address"),
};

export interface NamedFinding extends FindingWords {
  count: number;
  items: readonly string[];
  /** Whether its items say more than its name: what is missing is at no place. */
  placed: boolean;
}
export interface TriedLink {
  url: string;
  state: Word;
  status: number | null;
  broken: boolean;
}

/** A finding in words; one that this page does not know yet has its name, and no advice. */
export function namedFinding(one: SiteFinding): NamedFinding {
  const words = own(FINDINGS, one.name) ?? { group: "access", name: one.name, advice: "" };
  return { ...words, count: one.count, items: one.items, placed: !UNPLACED.has(one.name) };
}

export const outcomeOf = (visit: SiteVisit): Word => own(OUTCOMES, visit.outcome) ?? { word: visit.outcome, tone: "" };

/** Why a visit gave no analysis, in a few words; null where only its sentence says it. */
export const reasonOf = (visit: SiteVisit): string | null =>
  visit.reason ? (own(REASONS, visit.reason) ?? null) : null;

export const whoseOf = (visit: SiteVisit): string => {
  if (visit.site_kind !== "competitor") return t("website.own");
  return visit.competitor_id ? t("website.competitor_id", { id: visit.competitor_id }) : t("website.competitor");
};

/** The links of a page in its order, each with what is known about it. */
export function triedLinks(analysis: SiteAnalysis): TriedLink[] {
  const tried = new Map(analysis.links.map((one) => [one.url, one]));
  return (analysis.facts?.links ?? []).map((url) => {
    const check = tried.get(url);
    const state = check ? own(LINKS, check.state) : undefined;
    return {
      url,
      state: state ?? { word: t("website.not_tried"), tone: "" },
      status: check?.status ?? null,
      broken: check?.state === "broken",
    };
  });
}

/** An address as short as it stays clear: without its scheme, and without the slash of a bare host. */
export const shortAddress = (url: string): string => url.replace(/^https?:\/\//, "").replace(/^([^/]+)\/$/, "$1");
