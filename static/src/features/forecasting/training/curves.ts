/** The losses of several models as panels, a line per model; models that are solved at once have no curve. */
import { t } from "../../../lib/i18n";
import type { Panel } from "../../../ui/chart/chart";
import type { Series } from "../../../lib/types";

export const LOSSES = ["val_loss", "train_loss"] as const;
export interface ModelSeries {
  run: number;
  series: readonly Series[];
}

export function curvePanels(models: readonly ModelSeries[], labelOf: (run: number) => string): Panel[] {
  return LOSSES.map((name) => {
    const lines = models.flatMap(({ run, series }, place) => {
      const curve = series.find((one) => one.name === name && one.client === null);
      if (!curve || curve.steps.length < 2) return [];
      return [
        {
          key: `run-${run}`,
          label: labelOf(run),
          hue: place % 8,
          dashed: place >= 8,
          steps: curve.steps.map((step) => step + 1),
          values: curve.values,
        },
      ];
    });
    const title = name === "val_loss" ? t("forecast.validation_loss") : t("forecast.training_loss");
    return { key: name, title, aim: "low" as const, lines };
  }).filter((panel) => panel.lines.length);
}
