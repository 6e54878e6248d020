/** The analytics page without a screen: what is shown of each mode, and the order of the best runs. */
import { t } from "../../../lib/i18n";
import type { Analytics, ModeMetrics, TopRun } from "../../../lib/types";

export const MEASURES = [
  ["avg_accuracy", t("common.accuracy")],
  ["avg_precision", t("common.precision")],
  ["avg_recall", t("common.recall")],
  ["avg_f1", "F1"],
] as const satisfies readonly (readonly [keyof ModeMetrics, string])[];

export type TopKey = "best_accuracy" | "best_precision" | "best_recall" | "best_f1" | "duration_minutes" | "start_time";

/** Rows by one column; what is unknown comes last either way. */
export function sortTop(rows: readonly TopRun[], key: TopKey, rising: boolean): TopRun[] {
  return [...rows].sort((a, b) => {
    const [x, y] = [a[key], b[key]];
    if (x === y) return a.run_id - b.run_id;
    if (x === null || x === undefined) return 1;
    if (y === null || y === undefined) return -1;
    return (x < y ? -1 : 1) * (rising ? 1 : -1);
  });
}

export interface Share {
  name: string;
  count: number;
  share: number;
}

export function distribution(told: Analytics): Share[] {
  const sum = told.centralized.count + told.federated.count;
  return [
    { name: "federated", count: told.federated.count, share: sum ? told.federated.count / sum : 0 },
    { name: "centralized", count: told.centralized.count, share: sum ? told.centralized.count / sum : 0 },
  ];
}

/** How far apart two averages are, in percentage points; null where one is unknown. */
export function difference(told: Analytics, key: keyof ModeMetrics): number | null {
  const [federated, central] = [told.federated[key], told.centralized[key]];
  return federated === null || central === null ? null : federated - central;
}
