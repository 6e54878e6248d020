/** The windows with the largest errors, and one of them as lines of a chart. */
import { t } from "../../../lib/i18n";
import type { Panel } from "../../../ui/chart/chart";
import { stamp } from "../files/reading";
import type { Samples } from "../samples/samples";

export interface WorstWindow {
  position: number;
  /** Seconds since 1970. */
  reference_time: number;
  mae: number;
  bias: number;
  worst_step: number;
  worst_error: number;
}

/** Truth and forecast of one output in one window, over the hours from its reference time. */
export function windowPanel(answer: Samples, output: string): Panel | null {
  const variable = answer.variables.find((one) => one.kind === "output" && one.name === output);
  const [values, forecast] = [variable?.values[0], variable?.forecast?.[0]];
  const sample = answer.samples[0];
  if (!variable || !values || !forecast || !sample) return null;
  const base = { steps: variable.hours };
  return {
    key: `worst-${sample.position}`,
    title: t("forecast.window_at", { time: stamp(sample.t_ref) }),
    aim: "none",
    lines: [
      { ...base, key: "truth", label: t("forecast.measured_name", { name: output }), hue: 0, dashed: false, values },
      {
        ...base,
        key: "forecast",
        label: t("forecast.forecast_name", { name: output }),
        hue: 1,
        dashed: true,
        values: forecast,
      },
    ],
  };
}
