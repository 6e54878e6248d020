/** Which models of a session can be weighed together, and what an ensemble is made of. */
import { percent } from "../../../lib/format";
import { t } from "../../../lib/i18n";
import type { Family, Model } from "../wire";
import { familyOf } from "./families";
import { familyLabel } from "./familytexts";
import { isMeasured } from "./leaderboard";

export const ENSEMBLE = "Ensemble";
export const FEWEST = 2;
export const MOST = 20;

/** The models that may be members, the oldest first. */
export const candidatesOf = (models: readonly Model[]): Model[] =>
  models.filter((model) => isMeasured(model) && model.mode !== ENSEMBLE);

/** By default the best of those that share the windows of the newest one, as the server has it. */
export function defaultMembers(models: readonly Model[]): number[] {
  const candidates = candidatesOf(models);
  const key = candidates.at(-1)?.windows_key;
  const skill = (model: Model): number => model.summary?.metrics.skill ?? -Infinity;
  const same = candidates.filter((model) => model.windows_key === key).sort((a, b) => skill(b) - skill(a));
  return same
    .slice(0, MOST)
    .map((model) => model.run_id)
    .sort((a, b) => a - b);
}

/** The windows that the chosen models share: others cannot be chosen beside them. */
export const windowsOf = (models: readonly Model[], chosen: readonly number[]): string | null =>
  models.find((model) => chosen.includes(model.run_id))?.windows_key ?? null;

/** The members of an ensemble with their weights, the heaviest first; null of any other model. */
export function membersText(model: Model, families: readonly Family[]): string | null {
  const label = (mode: string): string => familyLabel(familyOf(families, mode) ?? { mode, label: mode });
  const members = model.summary?.members;
  if (!members) {
    const modes = model.mode === ENSEMBLE ? (model.settings.modes as string[] | undefined) : undefined;
    return modes?.map(label).join(", ") ?? null;
  }
  return [...members]
    .sort((a, b) => b.weight - a.weight)
    .map(({ run_id, mode, weight }) =>
      t("forecast.member_with_weight", { name: label(mode), run: run_id, share: percent(weight) }),
    )
    .join(", ");
}
