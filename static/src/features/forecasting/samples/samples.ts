/** Test samples with what was measured and forecast, as panels of a chart: one per sample. */
import { t } from "../../../lib/i18n";
import type { Line, Panel } from "../../../ui/chart/chart";
import { stamp } from "../files/reading";

export interface SampleVariable {
  name: string;
  kind: "input" | "time" | "output";
  label: string;
  color: number;
  hours: number[];
  scale: number;
  shift: number;
  values: (number | null)[][];
  forecast: (number | null)[][] | null;
}
export interface Samples {
  run_id: number | null;
  model_type: string | null;
  seed: number;
  n_test: number;
  samples: { position: number; t_ref: string }[];
  variables: SampleVariable[];
}

export const keyOf = (variable: SampleVariable): string => `${variable.kind}/${variable.name}`;

/** The values of a sample as they were measured, or as a model sees them: value · scale + shift. */
export function valuesOf(variable: SampleVariable, row: (number | null)[], scaled: boolean): (number | null)[] {
  return scaled ? row.map((value) => (value === null ? null : value * variable.scale + variable.shift)) : row;
}

export function panelsOf(answer: Samples, chosen: ReadonlySet<string>, scaled: boolean): Panel[] {
  return answer.samples.map((sample, place) => {
    const lines = answer.variables
      .filter((one) => chosen.has(keyOf(one)))
      .flatMap((one) => linesOf(one, place, scaled));
    return { key: `sample-${sample.position}`, title: `${stamp(sample.t_ref)} UTC`, aim: "none" as const, lines };
  });
}

function linesOf(variable: SampleVariable, place: number, scaled: boolean): Line[] {
  const base = { steps: variable.hours };
  const own = (key: string, label: string, row: (number | null)[] | undefined, dashed: boolean): Line[] =>
    row
      ? [
          {
            ...base,
            key,
            label,
            dashed,
            hue: (variable.color + Number(dashed)) % 8,
            values: valuesOf(variable, row, scaled),
          },
        ]
      : [];
  const isOutput = variable.kind === "output";
  return [
    ...own(
      keyOf(variable),
      isOutput ? t("forecast.measured_name", { name: variable.name }) : variable.name,
      variable.values[place],
      false,
    ),
    ...own(
      `${keyOf(variable)}/forecast`,
      t("forecast.forecast_name", { name: variable.name }),
      variable.forecast?.[place],
      true,
    ),
  ];
}

export interface PictureOptions {
  axis: "UTC" | "ts";
  shared: boolean;
  forecasts: boolean;
  scaled: boolean;
}

/** The body that draws the samples shown, and the series chosen, as one picture. */
export function pictureOf(answer: Samples, chosen: ReadonlySet<string>, options: PictureOptions): object {
  const shown = answer.variables.filter((one) => chosen.has(keyOf(one)));
  const on = (some: SampleVariable[]): Record<string, boolean> =>
    Object.fromEntries(some.map((one) => [one.name, true]));
  const outputs = shown.filter((one) => one.kind === "output");
  return {
    model_id: answer.run_id,
    plot_settings: {
      samples: answer.samples.map((one) => one.position),
      x_sbpl: options.axis,
      y_sbpl_fmt: options.scaled ? "skaliert" : "original",
      y_sbpl_set: options.shared ? "gemeinsame Achse" : "separate Achsen",
    },
    df_plot_in: on(shown.filter((one) => one.kind !== "output")),
    df_plot_out: on(outputs),
    df_plot_fcst: options.forecasts ? on(outputs.filter((one) => one.forecast !== null)) : {},
  };
}
