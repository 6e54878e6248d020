/** Which way a metric gets better, where no catalogue knows it: a person says so. */
import { ApiError, request } from "../../lib/api";
import { t } from "../../lib/i18n";
import { notices } from "../../lib/notices.svelte";
import type { Panel } from "../../ui/chart/chart";

export type Goal = "min" | "max" | null;

/** The names of a chart's own series, if the catalogue knows the direction of none of them. */
export function namesToChoose(panel: Panel): string[] {
  const known = panel.lines.some((line) => line.whole?.in_catalogue !== false || line.name === undefined);
  return known ? [] : [...new Set(panel.lines.map((line) => line.name!))];
}

export const goalOf = (panel: Panel): Goal => (panel.aim === "low" ? "min" : panel.aim === "high" ? "max" : null);

/** Keep the direction in each of the runs; says so where some of them may not be changed. */
export async function chooseGoal(runs: readonly number[], names: readonly string[], goal: Goal): Promise<boolean> {
  const definitions = Object.fromEntries(names.map((name) => [name, goal]));
  const answers = await Promise.allSettled(
    runs.map((run) => request(`/api/runs/${run}/metric-definitions`, { method: "PUT", json: { definitions } })),
  );
  const failed = answers.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  const unexpected = failed.find((error) => !(error instanceof ApiError));
  if (unexpected) throw unexpected;
  if (failed.length) notices.bad(failed[0]);
  else notices.say(t("goal.kept"), "good");
  return failed.length < runs.length;
}
