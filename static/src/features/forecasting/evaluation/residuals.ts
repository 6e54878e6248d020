/** The autocorrelation of a model's errors as lines of a chart. */
import { t } from "../../../lib/i18n";
import type { Line, Panel } from "../../../ui/chart/chart";
import type { Column } from "../wire";

export interface Residuals {
  n: number;
  autocorrelations: Column;
  bound: number | null;
  statistic: number | null;
  p_value: number | null;
  overlap: number;
}

/** How many of the lags lie beyond what white noise would stay within. */
export const beyond = ({ autocorrelations, bound }: Residuals): number =>
  bound === null ? 0 : autocorrelations.filter((value) => value !== null && Math.abs(value) > bound).length;

/** Autocorrelations by lag, with the band that 95 % of those of white noise stay within. */
export function residualPanel(residuals: Residuals): Panel {
  const steps = residuals.autocorrelations.map((_, lag) => lag + 1);
  const lines: Line[] = [
    {
      key: "autocorrelation",
      label: t("forecast.autocorrelation"),
      hue: 0,
      dashed: false,
      steps,
      values: residuals.autocorrelations,
    },
  ];
  const { bound } = residuals;
  if (bound !== null) {
    const flat = (value: number): number[] => steps.map(() => value);
    lines.push({
      key: "white-noise",
      label: t("forecast.white_noise"),
      hue: 1,
      dashed: true,
      steps,
      values: flat(0),
      min: flat(-bound),
      max: flat(bound),
    });
  }
  return { key: "residuals", title: t("forecast.autocorrelation_by_lag"), aim: "none", lines };
}
