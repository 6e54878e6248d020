/** What a run took of its machine: which series say so, and how their numbers are read. */
import { bytes, fixed } from "../../../lib/format";
import { t, type Key } from "../../../lib/i18n";
import { own } from "../../../lib/own";
import type { Manifest, Series, SeriesSummary } from "../../../lib/types";

/** Series of a host that the worker sampled; a script's own `system/` series have no client. */
export const isSystem = (one: { name: string; client?: string | null }): boolean =>
  Boolean(one.client) && one.name.startsWith("system/");

const TITLES: Record<string, Key> = {
  "system/cpu_percent": "run.system_cpu",
  "system/memory_bytes": "run.system_memory",
  "system/host_cpu_percent": "run.system_host_cpu",
  "system/host_memory_percent": "run.system_host_memory",
  "system/gpu_memory_bytes": "run.system_gpu_memory",
  "system/gpu_memory_percent": "run.system_gpu_memory_share",
};
export function systemTitle(name: string): string {
  const key = own(TITLES, name);
  return key ? t(key) : name.replace(/^system\//, "");
}
const ORDER = Object.keys(TITLES);
const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
export const inOrder = <T extends { name: string }>(series: readonly T[]): T[] =>
  [...series].sort((a, b) => place(a.name) - place(b.name) || a.name.localeCompare(b.name, "en"));

/** A value with the unit that its name says. */
export function systemValue(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (name.endsWith("_bytes")) return bytes(value);
  return name.endsWith("_percent") ? `${fixed(value, value < 10 ? 1 : 0)} %` : fixed(value, 2);
}

/** The most memory that the training had: as it measured itself at its end, or of the samples. */
export function peakMemory(manifest: Manifest | null, summaries: readonly SeriesSummary[]): number | null {
  const sampled = summaries.filter((one) => one.name === "system/memory_bytes").map((one) => one.max ?? 0);
  const own = (manifest?.environment as { peak_memory_bytes?: number } | undefined)?.peak_memory_bytes ?? 0;
  return Math.max(own, ...sampled) || null;
}

/** The samples as a line in a field of this size: time to the right, from nothing up to the top. */
export function usageLine(one: Pick<Series, "steps" | "values">, top: number, width: number, height: number): string {
  const first = one.steps[0] ?? 0;
  const span = (one.steps.at(-1) ?? first) - first || 1;
  let pen = "M";
  return one.steps
    .map((step, index) => {
      const value = one.values[index];
      if (value === null || value === undefined) {
        pen = "M";
        return "";
      }
      const point = `${pen}${(((step - first) / span) * width).toFixed(1)} ${(height - (value / (top || 1)) * height).toFixed(1)}`;
      pen = "L";
      return point;
    })
    .join("");
}

/** The upper end of the field: 100 of a share of the host, else a little above the highest value. */
export function topOf(name: string, highest: number | null | undefined): number {
  return /host_.*_percent|gpu_memory_percent/.test(name) ? 100 : (highest ?? 0) * 1.1;
}
