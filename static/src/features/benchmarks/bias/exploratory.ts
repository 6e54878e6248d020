/** What of a table was not in the plan of its run, in words. */
import { type Key, t } from "../../../lib/i18n";
import type { components } from "../../../lib/schema";
import { groupWord } from "../words";

export type Departure = components["schemas"]["DepartureView"];
const SAID: Readonly<Record<string, Key>> = {
  alpha: "bench.departs_alpha",
  baseline: "bench.departs_baseline",
  min_n: "bench.departs_min_n",
  n_perm: "bench.departs_n_perm",
};

const valueOf = (name: string, value: unknown): string =>
  value === null ? "–" : name === "baseline" ? groupWord(String(value)) : String(value);

/** One sentence that names every departure, with what was planned. */
export function exploratory(departures: readonly Departure[]): string {
  const what = departures.map(({ name, used, planned }) => {
    const key = SAID[name];
    return key ? t(key, { used: valueOf(name, used), planned: valueOf(name, planned) }) : name;
  });
  return t("bench.exploratory", { what: what.join("; ") });
}
