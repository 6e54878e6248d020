/** Federations across sites: what the server tells of them, in the words of the pages. */
import { t } from "../../lib/i18n";

export interface DataCheck {
  ok: boolean;
  kind: string | null;
  rows: number | null;
  patients: number | null;
  features: number | null;
  classes: Record<string, number>;
  sha256: string | null;
  message: string | null;
  checked_at: string | null;
}
export interface FederationSite {
  id: number;
  name: string;
  state: "invited" | "enrolled" | "expired" | "revoked" | "lapsed";
  online: boolean;
  fingerprint: string | null;
  created_at: string;
  enrolled_at: string | null;
  expires_at: string | null;
  token_expires_at: string | null;
  revoked_at: string | null;
  last_seen_at: string | null;
  versions: Record<string, string> | null;
  data_check: DataCheck | null;
  last_error: string | null;
  last_error_at: string | null;
  warnings: string[];
}
export interface Federation {
  id: number;
  name: string;
  owner_id: number;
  visibility: "private" | "team";
  host: string;
  port: number;
  address: string;
  ca_certificate: string;
  wanted: "running" | "stopped";
  state: "starting" | "running" | "stopped" | "failed";
  problem: string | null;
  seen_at: string | null;
  created_at: string;
  sites: FederationSite[];
  sites_enrolled: number;
  sites_online: number;
}
export interface Enrolment {
  site: FederationSite;
  token: string | null;
  join_url: string;
}

export const LINK_WORDS: Record<Federation["state"], { word: string; tone: string }> = {
  running: { word: t("common.running"), tone: "good" },
  starting: { word: t("federation.starting"), tone: "info" },
  stopped: { word: t("common.stopped"), tone: "calm" },
  failed: { word: t("federation.cannot_start"), tone: "bad" },
};

/** How a site is: colour never says it alone. */
export function siteWord(site: FederationSite): { word: string; tone: string } {
  if (site.state === "enrolled") {
    if (site.online) return { word: t("federation.online"), tone: "good" };
    return site.last_seen_at
      ? { word: t("federation.offline"), tone: "bad" }
      : { word: t("federation.not_seen_yet"), tone: "calm" };
  }
  const words = {
    invited: t("federation.invited"),
    lapsed: t("federation.invitation_lapsed"),
    expired: t("federation.key_expired"),
    revoked: t("federation.revoked_2"),
  };
  return { word: words[site.state], tone: site.state === "expired" ? "bad" : "calm" };
}

/** What somebody at the site types, from nothing to taking part. */
export function joinCommands(enrolment: Enrolment): string {
  const folder = slug(enrolment.site.name);
  return [
    `python -m app site init ${folder}`,
    `python -m app site join ${enrolment.join_url} --token ${enrolment.token ?? ""} --folder ${folder}`,
    `python -m app site check ${folder}`,
    `python -m app site run ${folder}`,
  ].join("\n");
}

/** A folder name that no shell takes apart. */
export function slug(name: string): string {
  const plain = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return plain.replaceAll(/^-+|-+$/g, "") || "site";
}

/** Settings of sharing rows out here: sites bring their own. */
export const SHARED_OUT: readonly string[] = [
  "num_clients",
  "partitioner",
  "dirichlet_alpha",
  "partition_column",
  "test_split",
  "sample_fraction",
];

/** What kind of data most sites have, as they last said; null if none has said it yet. */
export function kindOf(federation: Pick<Federation, "sites">): string | null {
  const kinds = active(federation.sites).flatMap((site) => site.data_check?.kind ?? []);
  return (
    kinds.sort((a, b) => kinds.filter((one) => one === b).length - kinds.filter((one) => one === a).length)[0] ?? null
  );
}

export const active = (sites: FederationSite[]): FederationSite[] =>
  sites.filter((site) => site.state !== "revoked" && site.state !== "lapsed");
